from __future__ import annotations

from dataclasses import replace

from portal.domain.attachments import Attachment
from portal.domain.conversations import MessageKind
from portal.storage.database import Database
from tests.conversation_builders import new_conversation, new_message

FILE = Attachment(stored_name="ab" * 16, file_name="hub.png", media_type="image/png", size_bytes=12)
NOTED = Attachment(stored_name="cd" * 16, file_name="log.txt", media_type="text/plain", size_bytes=3)


def test_files_come_back_with_their_messages(database: Database) -> None:
    with database.work() as work:
        first = work.conversations.add(new_conversation(files=(FILE,)))
        work.conversations.add_message(first.id, replace(new_message(), files=(NOTED,), kind=MessageKind.NOTE))
    with database.read() as work:
        found = work.conversations.get(first.id)
    assert [message.files for message in found.messages] == [(FILE,), (NOTED,)]
    assert first.messages[0].files == (FILE,)


def test_files_of_notes_are_found_by_agents_alone(database: Database) -> None:
    with database.work() as work:
        conversation = work.conversations.add(new_conversation(1, files=(FILE,)))
        other = work.conversations.add(new_conversation(2))
        work.conversations.add_message(conversation.id, replace(new_message(), files=(NOTED,), kind=MessageKind.NOTE))
        find = work.attachments.find
        assert find(conversation.id, FILE.stored_name, for_agents=False) == FILE
        assert find(conversation.id, NOTED.stored_name, for_agents=False) is None
        assert find(conversation.id, NOTED.stored_name, for_agents=True) == NOTED
        assert find(other.id, FILE.stored_name, for_agents=True) is None


def test_a_message_sent_twice_has_its_files_once(database: Database) -> None:
    with database.work() as work:
        conversation = work.conversations.add(new_conversation())
        assert work.conversations.add_message(conversation.id, replace(new_message(), files=(FILE,)))
        assert not work.conversations.add_message(conversation.id, replace(new_message(), files=(NOTED,)))
        assert work.attachments.known_names([FILE.stored_name, NOTED.stored_name]) == {FILE.stored_name}
        assert work.attachments.known_names([]) == frozenset()
