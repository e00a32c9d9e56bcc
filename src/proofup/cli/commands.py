"""All commands: their words, the function that runs each, and what the help says of it.

A module is named by a string, so that it is imported only when its command runs. Next to ``run`` it
has ``arguments``, which declares the arguments of the command; next to any other ``function`` it
has ``function_arguments``.
"""

from collections.abc import Mapping

GROUPS: Mapping[str, str] = {
    "import": "bring people in from a file",
    "export": "write people to a file",
    "user": "look at one user, or change one",
    "role": "what administrators may do, and who is one",
    "unit": "people who have administrators of their own",
    "jobs": "one act for many users",
    "policy": "the rules the organisation sets for itself",
    "audit": "the audit log",
}
COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("initialise:run", "make a new service and its administrator"),
    "serve": ("serve:run", "answer requests until told to stop"),
    "import users": ("import_users:run", "add the users in a file"),
    "import mfa-states": (
        "import_states:run",
        "say whether each user in a file must have a second proof",
    ),
    "export users": ("export_users:run", "write everybody to a new file"),
    "user show": ("users:show", "show a user, the account and the methods"),
    "user history": ("history:run", "show what happened to a user, newest first"),
    "user add": ("add_user:run", "add a user"),
    "user set-password": ("users:set_password", "give a user another password"),
    "user disable": ("users:disable", "let a user in no more, and end what is open"),
    "user enable": ("users:enable", "let a user in again"),
    "user release": ("users:release", "allow changes again after a report of a stranger"),
    "user sign-out": ("users:sign_out", "end every session of a user"),
    "user block": ("proofs:block", "deny every second proof of a user"),
    "user unblock": ("proofs:unblock", "allow second proofs of a user again"),
    "user invite": ("invite:run", "make a link with which a user sets up a first method"),
    "user require-registration": ("require_registration:run", "delete all methods of a user"),
    "user lost-device": ("lost_device:run", "let a lost or stolen device open nothing any more"),
    "user forget-browsers": (
        "lost_device:forget",
        "ask a user for a second proof again in every browser",
    ),
    "user issue-pass": ("issue_pass:run", "issue a Temporary Access Pass to a user"),
    "user delete-method": ("delete_method:run", "delete one method of a user"),
    "user set-mfa": ("proofs:set_mfa", "say whether a user must have a second proof"),
    "role list": ("role:list_all", "list all roles"),
    "role show": ("role:show", "show what a role permits, and who holds it"),
    "role assign": ("role_of_user:assign", "give a user a role"),
    "role remove": ("role_of_user:remove", "take a role away from a user"),
    "role create": ("role:create", "make a role of single permissions"),
    "role delete": ("role:delete", "delete a role that was made here"),
    "unit list": ("unit:list_all", "list all administrative units"),
    "unit show": ("unit:show", "show who belongs to a unit"),
    "unit create": ("unit:create", "make an administrative unit"),
    "unit delete": ("unit:delete", "delete a unit, but not its members"),
    "unit add": ("unit_members:add", "add users to a unit"),
    "unit remove": ("unit_members:remove", "take users out of a unit"),
    "jobs start": ("start_job:run", "do one act to everybody in a file"),
    "jobs list": ("jobs:list_all", "list the newest jobs, and how far each is"),
    "jobs show": ("jobs:show", "show how far a job is, and to whom nothing was done"),
    "jobs resume": ("jobs:resume", "carry on a job that was cut off"),
    "jobs undo": ("jobs:undo", "put back the methods that a job has deleted"),
    "policy show": ("policy:show", "show every rule"),
    "policy set": ("policy:set_rules", "set rules"),
    "audit verify": ("audit:verify", "tell whether the chain of entries is whole"),
    "doctor": ("doctor:run", "look for what is wrong, and say how to mend it"),
    "backup": ("backup:run", "copy the database while it is served"),
    "restore": ("restore:run", "put a backup back and make it safe"),
    "rotate-keys": ("rotate_keys:run", "change keys while serving"),
    "migrate": ("migrate:run", "bring the database's schema up to date"),
}
