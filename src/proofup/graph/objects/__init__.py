"""``directoryObjects``: users, groups, applications, roles and units by their ids alone."""
