from __future__ import annotations

from portal.domain.past_questions import ArticleLink, linked_articles
from portal.domain.short_links import short_article_url


def test_a_short_link_is_known_again_in_a_reply_whatever_the_id() -> None:
    for article_id in ("hub-offline", "devices/hub offline", "返品"):
        url = short_article_url("https://help.example/", article_id, "reset it")
        assert url.startswith("https://help.example/a/")
        assert linked_articles(f"See [this]({url}).", "https://help.example") == (
            ArticleLink(key=article_id, is_id=True),
        )
