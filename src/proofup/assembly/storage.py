"""Opens the database that the settings name, with the key of their key file."""

from proofup.assembly.checkpoint import check_not_older, checkpoint_file
from proofup.config.key_file import read_key
from proofup.config.settings import Settings
from proofup.storage.store import Store, open_store
from proofup.values.ids import Entropy


async def open_storage(
    settings: Settings, *, entropy: Entropy, serving: bool = False, restoring: bool = False
) -> Store:
    """Return the open store; see ``storage.store.open_store`` for the flags and the errors.

    Raises OlderDatabaseError too, unless it is opened to be restored.
    """
    store = await open_store(
        settings.database.reveal(),
        key_encryption_key=read_key(settings.key_file).reveal(),
        entropy=entropy,
        serving=serving,
        restoring=restoring,
    )
    file = checkpoint_file(settings)
    if file is not None and not restoring:
        try:
            await check_not_older(store, file)
        except BaseException:
            await store.close()
            raise
    return store
