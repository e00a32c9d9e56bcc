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
    assert {way.value for way in Way} <= GRAPH
