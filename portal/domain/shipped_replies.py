"""The canned replies that every new instance begins with: a warm opening for each situation.

Greeting and signature are not among the words: mails bring their own, and in a chat they would sound like a machine.
"""

from __future__ import annotations

from portal.domain.canned_replies import NewCannedReply, Situation

SHIPPED_REPLIES = (
    NewCannedReply(
        title="No article on this yet",
        situation=Situation.NO_ARTICLE,
        body=(
            "Thank you for asking, {{customer.first_name}}. You looked for this in our help centre and found nothing: "
            "that gap is ours, and your question helps us to close it. Here is the answer.\n\n"
        ),
    ),
    NewCannedReply(
        title="The article did not help",
        situation=Situation.ARTICLE_FAILED,
        body=(
            "I am sorry that our article left you stuck, {{customer.first_name}}. Thank you for trying it first. I "
            "have read what you did, so you need not repeat any of it. Let us go on from there.\n\n"
        ),
    ),
    NewCannedReply(
        title="The answer is in an article",
        situation=Situation.LINK,
        body=(
            "Good news, {{customer.first_name}}: this is written down step by step, with pictures where they help.\n\n"
            "[{{article.title}}]({{article.url}})\n\n"
            "Should a step look different on your screen, tell me which one, and I will help you through it.\n"
        ),
    ),
    NewCannedReply(
        title="Urgent: I am on it",
        situation=Situation.URGENT,
        body=(
            "I have put everything else aside, {{customer.first_name}}, and am looking at this right now. You will "
            "hear from me again today, if only to say how far I am. Until then, please do this one thing:\n\n"
        ),
    ),
    NewCannedReply(
        title="Sorry for the wait",
        situation=Situation.LATE,
        body=(
            "You waited longer for us than we promised, {{customer.first_name}}, and I am sorry. Thank you for your "
            "patience. Here is what I found.\n\n"
        ),
    ),
    NewCannedReply(
        title="I tried to call you",
        situation=Situation.CALL_BACK,
        body=(
            "I tried to call you as agreed, {{customer.first_name}}, and could not reach you. Which time suits you "
            "better? You can also write here, and the same person will read it: me.\n"
        ),
    ),
    NewCannedReply(
        title="One question before I can help",
        situation=Situation.QUESTION,
        body=(
            "Thank you, {{customer.first_name}}, that already tells me most of it. One thing is missing before I can "
            "say something useful:\n\n"
        ),
    ),
    NewCannedReply(
        title="Is it solved?",
        situation=Situation.CLOSING,
        body=(
            "I hope everything works again, {{customer.first_name}}. I will call {{request.reference}} solved for now. "
            "Should anything be left, just answer here: it opens again, and nothing you told us is lost.\n"
        ),
    ),
)
