from proofup.values.ways import Way

GRAPH = {
    # userDefaultAuthenticationMethodType of Graph
    "push",
    "oath",
    "voiceMobile",
    "voiceAlternateMobile",
    "voiceOffice",
    "sms",
    "none",
    "unknownFutureValue",
}


def test_ways_have_the_words_of_graph() -> None:
    # Graph names no way for recovery codes, and a default is never one of them.
    assert {way.value for way in Way} - {"recoveryCode"} <= GRAPH


def test_ACT_07_what_is_only_another_option_cannot_be_the_default() -> None:
    never = {way for way in Way if not way.can_be_default}
    assert never == {Way.VOICE_ALTERNATE_MOBILE, Way.RECOVERY_CODE}
