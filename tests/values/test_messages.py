from datetime import UTC, datetime

from proofup.values.ids import CorrelationId, MessageId
from proofup.values.messages import Mail, SendMessage, Text
from proofup.values.phone_numbers import PhoneNumber
from proofup.values.secret import Secret

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_KE4_what_a_message_says_is_not_shown_with_it() -> None:
    text = Text(to=PhoneNumber("44", "7700900067"), body=Secret("Your code is 123 456."))
    mail = Mail(to="rosa@example.com", template="methodChanged", facts={"link": "not-me/abcdef"})
    for content in (text, mail):
        message = SendMessage(
            id=MessageId("1"),
            content=content,
            language="en",
            created_at=NOON,
            expires_at=NOON,
            correlation_id=CorrelationId("2"),
        )
        assert "123 456" not in repr(message)
        assert "abcdef" not in repr(message)
