"""Files on their way in and out: which routes take them, how large a request may then be, and how they are served."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, current_app, request, send_file
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.domain.attachments import Attachment, AttachmentLimits, FileProblem, Upload
from portal.domain.errors import NotFound, RefusedFile
from portal.services.attachments import OpenFile
from portal.settings import Settings
from portal.web.context import container
from portal.web.private_pages import keep_private

View = TypeVar("View", bound=Callable[..., object])

#: Attribute on a view function whose form may bring files.
TAKES_FILES = "portal_takes_files"
#: A file is shown by nothing that could run it, not even by a browser that is asked to.
FILE_POLICY = "default-src 'none'; sandbox"
MEGABYTE = 1_000_000
#: Bytes of a request that is too large which are read and forgotten: a browser that is cut off while it still sends
#: shows its own error and never our page.
READ_AND_FORGOTTEN = 200 * MEGABYTE


def takes_files(view: View) -> View:
    """Declare that a view's form may bring files, so that its requests may be larger than others."""
    setattr(view, TAKES_FILES, True)
    return view


def configure_uploads(app: Flask, settings: Settings) -> None:
    """Let only the routes that take files take large requests; to be called before forms are first read."""
    most = settings.max_request_bytes + settings.max_attachments * settings.max_attachment_bytes

    def widen() -> None:
        if request_takes_files():
            request.max_content_length = most

    app.before_request(widen)
    app.jinja_env.globals["attachment_limits"] = attachment_limits
    app.add_template_filter(size_words, "say_size")
    app.add_template_filter(limit_words, "say_limits")


def attachment_limits() -> AttachmentLimits:
    """Return what may come with a message."""
    return container().attachment_limits


def request_takes_files() -> bool:
    """Whether the route that was asked for takes files."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), TAKES_FILES)


def kept_files(form: FlaskForm) -> tuple[Attachment, ...] | None:
    """Keep the files of a form that is otherwise in order; None when one was refused, which its field then tells."""
    most = attachment_limits().max_bytes + 1
    chosen = [file for file in form.files.data or () if file and file.filename]
    try:
        return container().attachments.keep(
            [Upload(file_name=file.filename or "", content=file.stream.read(most)) for file in chosen]
        )
    except RefusedFile as error:
        form.files.errors = [*form.files.errors, problem_words(error, attachment_limits())]
        return None


def file_answer(opened: OpenFile) -> Response:
    """Serve a file as a download that no browser opens by itself and no cache keeps."""
    file = opened.attachment
    response = send_file(opened.path, mimetype=file.media_type, as_attachment=True, download_name=file.file_name)
    return _guarded(response)


def picture_answer(opened: OpenFile) -> Response:
    """Serve a picture for a page to show.

    Raises:
        NotFound: It is none of the kinds that are shown.
    """
    if not opened.attachment.is_picture:
        raise NotFound("There is no such picture.")
    return _guarded(send_file(opened.path, mimetype=opened.attachment.media_type))


def size_words(size_bytes: int) -> str:
    """Say a size as people do, in steps of a thousand as their computers' shops do."""
    if size_bytes < MEGABYTE:
        return str(_("%(size)d KB", size=max(1, round(size_bytes / 1_000))))
    megabytes = f"{size_bytes / MEGABYTE:.1f}".removesuffix(".0")
    return str(_("%(size)s MB", size=megabytes))


def limit_words(limits: AttachmentLimits) -> str:
    """Say what may come with a message."""
    words = _(
        "Up to %(count)d files of %(size)s each: %(endings)s.",
        count=limits.max_count,
        size=size_words(limits.max_bytes),
        endings=", ".join(limits.usual_endings),
    )
    return str(words)


def problem_words(error: RefusedFile, limits: AttachmentLimits) -> str:
    """Say why a file was refused, and what to do."""
    name = error.file_name
    words = {
        FileProblem.TOO_LARGE: _(
            "%(name)s is too large: a file may have %(size)s. Please choose a smaller one, or describe it.",
            name=name,
            size=size_words(limits.max_bytes),
        ),
        FileProblem.TOO_MANY: _(
            "These are more files than fit: %(count)d at a time. Please send the others with your next message.",
            count=limits.max_count,
        ),
        FileProblem.DISGUISED: _(
            "%(name)s does not hold what its name says, so we did not take it. Please save it again, or choose another "
            "file.",
            name=name,
        ),
        FileProblem.KIND: _(
            "We cannot take files like %(name)s. These are fine: %(endings)s.",
            name=name,
            endings=", ".join(limits.usual_endings),
        ),
        FileProblem.EMPTY: _("%(name)s is empty. Please choose it again.", name=name),
    }
    return str(words[error.problem])


def drain_request() -> None:
    """Read what is left of a request that was refused for its size, so that its sender comes to read the answer."""
    stream, left = request.environ.get("wsgi.input"), min(request.content_length or 0, READ_AND_FORGOTTEN)
    while stream is not None and left > 0:
        piece = stream.read(min(left, MEGABYTE))
        if not piece:
            return
        left -= len(piece)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.pop("ETag", None)
    return keep_private(response)
