import asyncio

import pytest
from msgspec.structs import replace

from proofup.authentication.signin import AdvanceSignIn, OpenSignIn
from proofup.directory.devices import (
    ForgetDevice,
    ForgetDevices,
    RememberDevice,
    UseDevice,
)
from proofup.storage.store import Store
from proofup.values.client import Client
from proofup.values.errors import StaleError
from proofup.values.ids import DeviceId, UserId
from storage.samples import MINUTE, ROBIN, START, device, sign_in, user

pytestmark = pytest.mark.anyio
ELSEWHERE = Client(address="198.51.100.7", agent="curl/8.5")


async def test_devices_come_back_the_last_used_first(store: Store) -> None:
    later = replace(device("d-2"), last_used_at=START + MINUTE, former_digest=b"former")
    await store.commit(user(), RememberDevice(device=device()), RememberDevice(device=later))
    assert await store.devices.of_user(ROBIN) == [later, device()]
    assert await store.devices.of_user(UserId("another")) == []


async def test_SE5_of_ten_uses_with_one_secret_one_gives_the_next(store: Store) -> None:
    await store.commit(user(), RememberDevice(device=device()))
    used = [
        replace(
            device(),
            secret_digest=b"next %d" % number,
            former_digest=b"secret",
            rotated_at=START + MINUTE,
            last_used_at=START + MINUTE,
            client=ELSEWHERE,
        )
        for number in range(10)
    ]
    found = await asyncio.gather(
        *(store.commit(UseDevice(device=one, was=b"secret")) for one in used),
        return_exceptions=True,
    )
    assert sum(one is None for one in found) == 1
    assert sum(isinstance(one, StaleError) for one in found) == 9
    assert await store.devices.of_user(ROBIN) == [used[found.index(None)]]


async def test_SE5_a_device_is_forgotten_by_its_owner_alone(store: Store) -> None:
    await store.commit(user(), RememberDevice(device=device()))
    await store.commit(ForgetDevice(user_id=UserId("another"), device_id=DeviceId("d-1")))
    await store.commit(ForgetDevices(user_id=UserId("another")))
    assert await store.devices.of_user(ROBIN) == [device()]
    await store.commit(ForgetDevice(user_id=ROBIN, device_id=DeviceId("d-1")))
    assert await store.devices.of_user(ROBIN) == []


async def test_RST_01_all_of_a_user_are_forgotten_at_once(store: Store) -> None:
    await store.commit(user(), *(RememberDevice(device=device(f"d-{n}")) for n in range(3)))
    await store.commit(ForgetDevices(user_id=ROBIN))
    assert await store.devices.of_user(ROBIN) == []


async def test_RST_03_a_sign_in_with_the_box_ticked_before_makes_none_afterwards(
    store: Store,
) -> None:
    ticked = replace(sign_in(), remember=True)
    await store.commit(user(), OpenSignIn(sign_in=ticked))
    await store.commit(ForgetDevices(user_id=UserId("another")))
    assert await store.sign_ins.by_token(b"browser") == ticked
    await store.commit(ForgetDevices(user_id=ROBIN))
    kept = await store.sign_ins.by_token(b"browser")
    assert kept == replace(ticked, remember=False, revision=ticked.revision + 1)
    with pytest.raises(StaleError):  # one that was about to end
        await store.commit(AdvanceSignIn(sign_in=ticked))
