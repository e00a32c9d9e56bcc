import pytest

from proofup.config.prices import prices, thousandths


def test_a_price_is_kept_to_the_thousandth() -> None:
    assert prices(["GB=0.04", " IE=0.062 ", "DE=1"]) == {"GB": 40, "IE": 62, "DE": 1000}
    assert thousandths(250) == 250_000
    assert thousandths(0.045) == 45
    assert thousandths(None) is None


@pytest.mark.parametrize("text", ["GB", "gb=0.04", "GBR=1", "GB=", "GB=-1", "GB=0.0401", "=1"])
def test_what_is_no_price_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is no country with a price"):
        prices([text])


def test_a_country_that_is_none_is_told_what_it_meant() -> None:
    with pytest.raises(ValueError, match="Did you mean GB"):
        prices(["UK=0.04"])
