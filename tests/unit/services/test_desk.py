"""The agents' half of conversations: the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import AuthorKind, Conversation, ConversationState, MessageKind
from portal.domain.errors import InvalidInput, NotFound, ReplyHeld
from portal.domain.mail import MailState
from portal.domain.replies import ReplyCheck
from portal.domain.reply_holds import ReplyHold
from portal.domain.users import Role, Viewer
from tests.cast import Person
from tests.conversation_builders import again, store
from tests.help_centre import open_help_centre

BEN = Viewer(user_id=2, name="Ben Okafor")
STAFF = Viewer(user_id=2, name="Ben Okafor", role=Role.AGENT)


@pytest.fixture
def conversation(container: Container) -> Conversation:
    """A request of somebody who is not signed in."""
    return store(container)


def answer(
    container: Container, conversation: Conversation, text: str = "Please **reset** it.", key: str = "k"
) -> None:
    container.desk.answer(conversation.reference, BEN, text=text, form_key=key)


def test_an_answer_is_stored_mailed_and_waits_for_the_customer(
    container: Container, clock: FrozenClock, conversation: Conversation
) -> None:
    clock.move(timedelta(minutes=20))
    answer(container, conversation)
    now = again(container, conversation)
    assert now.state is ConversationState.WAITING_FOR_CUSTOMER
    assert now.first_reply_at == clock.now()
    assert (now.messages[-1].author_kind, now.messages[-1].author_name) == (AuthorKind.AGENT, "Ben Okafor")
    with container.database.read() as work:
        (mail,) = work.mails.list_for_conversation(conversation.id)
    assert (mail.state, mail.automatic, mail.to_address) == (MailState.QUEUED, False, "ada@ostrel.example")
    assert "Please **reset** it." in mail.body


def test_the_first_reply_is_the_first(container: Container, clock: FrozenClock, conversation: Conversation) -> None:
    answer(container, conversation, key="1")
    first = again(container, conversation).first_reply_at
    clock.move(timedelta(hours=1))
    answer(container, conversation, key="2")
    assert again(container, conversation).first_reply_at == first


def test_an_answer_sent_twice_is_one_answer_and_one_mail(container: Container, conversation: Conversation) -> None:
    answer(container, conversation)
    answer(container, conversation)
    with container.database.read() as work:
        assert len(work.mails.list_for_conversation(conversation.id)) == 1
    assert len(again(container, conversation).messages) == 2


@pytest.mark.parametrize("text", ["", " \x00 ", "x" * 20_001])
def test_an_answer_that_is_none_is_refused(container: Container, conversation: Conversation, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer(container, conversation, text)
    assert caught.value.field == "message"
    assert again(container, conversation).state is ConversationState.NEW


@pytest.mark.parametrize("reference", ["R-777777", "", "x", "R-222222-1"])
def test_a_reference_that_is_none_is_not_found(container: Container, reference: str) -> None:
    with pytest.raises(NotFound):
        container.desk.agent_page(reference, BEN)
    with pytest.raises(NotFound):
        container.desk.solve(reference)
    with pytest.raises(NotFound):
        container.desk.revoke_links(reference)
    with pytest.raises(NotFound):
        container.desk.answer(reference, BEN, text="x", form_key="k")


def test_an_agent_finds_a_request_however_the_reference_is_read_out(
    container: Container, conversation: Conversation
) -> None:
    assert container.desk.agent_page("r 222222", BEN).reference == conversation.reference


def test_an_agent_reads_the_journey_and_how_mail_fares(container: Container, conversation: Conversation) -> None:
    answer(container, conversation)
    page = container.desk.agent_page(conversation.reference, BEN)
    assert [each.step.text for each in page.steps] == ["hub offline"]
    assert page.first_name == "Ada"
    assert [message.author_kind for message in page.messages] == [AuthorKind.CUSTOMER, AuthorKind.AGENT]
    assert page.mails[MailState.QUEUED] == 1
    assert page.mails[MailState.FAILED] == 0


def test_only_an_agents_words_are_markdown(container: Container) -> None:
    conversation = store(container, message="**not bold** <script>alert(1)</script>")
    answer(container, conversation, "**bold** <script>alert(1)</script>")
    customer, agent = container.desk.agent_page(conversation.reference, BEN).messages
    assert customer.html is None
    assert customer.text == "**not bold** <script>alert(1)</script>"
    assert agent.html is not None
    assert "<strong>bold</strong>" in agent.html.text
    assert "<script" not in agent.html.text


def test_solved_twice_is_solved(container: Container, conversation: Conversation) -> None:
    container.desk.solve(conversation.reference)
    container.desk.solve(conversation.reference)
    assert again(container, conversation).state is ConversationState.SOLVED


def said(container: Container, conversation: Conversation) -> list[str]:
    return [message.body for message in again(container, conversation).messages[1:]]


def test_a_note_is_kept_for_agents_and_changes_nothing_for_the_customer(
    container: Container, conversation: Conversation
) -> None:
    for _ in range(2):
        container.desk.add_note(conversation.reference, BEN, text="She **called** before.", form_key="n")
    now = again(container, conversation)
    assert [message.kind for message in now.messages] == [MessageKind.MESSAGE, MessageKind.NOTE]
    assert now.state is ConversationState.NEW
    assert len(now.public_messages) == 1
    with container.database.read() as work:
        assert work.mails.list_for_conversation(conversation.id) == ()
    token = container.private_links.token(now)
    page = container.conversations.customer_page(token, Viewer())
    assert all("called" not in message.text for message in page.messages)


def test_whoever_answers_what_nobody_took_has_taken_it(
    container: Container, conversation: Conversation, ben: Person, chloe: Person
) -> None:
    container.desk.answer(conversation.reference, ben.viewer, text="Hello.", form_key="1")
    container.desk.answer(conversation.reference, chloe.viewer, text="Hello again.", form_key="2")
    assert container.desk.agent_page(conversation.reference, BEN).assignee == "Ben Okafor"


def test_a_request_is_given_on_and_freed(container: Container, conversation: Conversation, ben: Person) -> None:
    container.desk.assign(conversation.reference, ben.user.id)
    assert again(container, conversation).assignee_id == ben.user.id
    container.desk.assign(conversation.reference, None)
    assert again(container, conversation).assignee_id is None


def test_only_active_staff_takes_requests(
    container: Container, conversation: Conversation, ada: Person, ben: Person
) -> None:
    container.people.set_active(ben.user.email, active=False)
    for number in (ada.user.id, ben.user.id, 999, 0):
        with pytest.raises(InvalidInput):
            container.desk.assign(conversation.reference, number)
    assert again(container, conversation).assignee_id is None


def test_urgency_and_tags_are_changed(container: Container, conversation: Conversation) -> None:
    container.desk.set_urgent(conversation.reference, True)
    container.desk.set_tags(conversation.reference, "Refund, #VIP,, refund ")
    now = again(container, conversation)
    assert (now.urgent, now.tags) == (True, ("refund", "vip"))
    container.desk.set_urgent(conversation.reference, False)
    container.desk.set_tags(conversation.reference, "")
    now = again(container, conversation)
    assert (now.urgent, now.tags) == (False, ())


def test_opening_again_promises_anew_and_only_what_was_solved(
    container: Container, clock: FrozenClock, conversation: Conversation
) -> None:
    container.desk.open_again(conversation.reference)
    assert again(container, conversation).state is ConversationState.NEW
    container.desk.solve(conversation.reference)
    clock.move(timedelta(days=1))
    container.desk.open_again(conversation.reference)
    now = again(container, conversation)
    assert now.state is ConversationState.REOPENED
    assert now.reply_expected_at == clock.now() + timedelta(hours=4)


def test_variables_are_filled_in_and_those_left_are_never_sent(
    container: Container, conversation: Conversation
) -> None:
    open_help_centre(container)
    answer(container, conversation, "Hello {{customer.first_name}}, {{ request.reference }}: {{agent.first_name}}.")
    assert said(container, conversation) == ["Hello Ada, R-222222: Ben."]
    for text in ("Hi {{customer.shoe_size}}", "See {{article.url}}"):
        with pytest.raises(InvalidInput, match=r"\{\{"):
            answer(container, conversation, text, key=text)
    assert len(said(container, conversation)) == 1
    link = "http://127.0.0.1:8000/a/hub-offline"
    container.desk.answer(conversation.reference, STAFF, text=f"{{{{article.title}}}}: {link}", form_key="3")
    assert said(container, conversation)[-1] == f"Hub offline: {link}"


def test_an_answer_is_held_back_when_another_agent_answered_meanwhile(
    container: Container, conversation: Conversation, ben: Person, chloe: Person
) -> None:
    seen = ReplyCheck(seen=conversation.messages[-1].id)
    container.desk.answer(conversation.reference, chloe.viewer, text="I have it.", form_key="1")
    with pytest.raises(ReplyHeld) as caught:
        container.desk.answer(conversation.reference, ben.viewer, text="Me too.", form_key="2", check=seen)
    assert (caught.value.hold, caught.value.names) == (ReplyHold.ANSWERED_MEANWHILE, ("Chloe Martin",))
    assert said(container, conversation) == ["I have it."]
    now = ReplyCheck(seen=again(container, conversation).messages[-1].id)
    container.desk.answer(conversation.reference, ben.viewer, text="Me too.", form_key="2", check=now)
    container.desk.answer(conversation.reference, ben.viewer, text="And more.", form_key="3", check=now)
    assert said(container, conversation) == ["I have it.", "Me too.", "And more."]


def test_a_link_that_the_customer_may_not_open_waits_for_a_second_look(
    container: Container, conversation: Conversation
) -> None:
    open_help_centre(container)
    text = "See http://127.0.0.1:8000/a/agents-refund-orders"

    def send(check: ReplyCheck) -> None:
        container.desk.answer(conversation.reference, STAFF, text=text, form_key="1", check=check)

    with pytest.raises(ReplyHeld) as caught:
        send(ReplyCheck())
    assert (caught.value.hold, caught.value.names) == (ReplyHold.HIDDEN_ARTICLE, ("Agents refund orders",))
    assert said(container, conversation) == []
    send(ReplyCheck(hidden_confirmed=True))
    assert said(container, conversation) == [text]


def test_linked_articles_are_noted_once_for_each_message(container: Container, conversation: Conversation) -> None:
    open_help_centre(container)
    text = "/a/hub-offline and /articles/hub-offline, /a/return-an-item, /a/nowhere"
    for _ in range(2):
        container.desk.answer(conversation.reference, STAFF, text=text, form_key="1")
    with container.database.read() as work:
        assert work.article_links.list_articles(conversation.id) == ("hub-offline", "return-an-item")


def test_earlier_requests_are_those_of_the_account_or_address(container: Container, ada: Person) -> None:
    now = store(container, 2, user_id=ada.user.id, email="Ada@ostrel.example")
    store(container, 3, user_id=ada.user.id, email="other@ostrel.example")
    store(container, 4, email="ada@ostrel.example")
    store(container, 6, email="somebody@ostrel.example")
    earlier = container.desk.agent_page(now.reference, BEN).earlier
    assert {each.reference for each in earlier} == {"R-222223", "R-222224"}
