import pytest

from proofup.directory.finding import find_person
from proofup.values.errors import UnknownUserError
from world import World

pytestmark = pytest.mark.anyio
ROBIN = "robin.ashby@contoso.test"


async def test_a_person_is_found_by_name_or_id_in_any_spelling(world: World) -> None:
    robin = await world.person(ROBIN)
    for called in (ROBIN, ROBIN.upper(), robin.user.id, robin.user.id.upper()):
        assert await find_person(world.store.people, called) == robin


@pytest.mark.parametrize(
    "called", ["nobody@contoso.test", "nobody", "x" * 500, "00000000-0000-4000-8000-000000000000"]
)
async def test_nobody_is_said_so(world: World, called: str) -> None:
    with pytest.raises(UnknownUserError):
        await find_person(world.store.people, called)
