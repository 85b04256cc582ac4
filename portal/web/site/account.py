"""Signing in and out, and a person's own account."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.errors import InvalidInput, WrongCredentials
from portal.domain.users import Role
from portal.web.access import anyone, role_required
from portal.web.auth import begin_session, end_session, signed_in_user_id
from portal.web.context import container, viewer
from portal.web.forms.account import NameForm, PasswordForm, SignInForm, explain
from portal.web.limits import RateLimit, limited
from portal.web.return_to import NEXT, home_path, safe_path
from portal.web.site import blueprint
from portal.web.visitors import visitor_network


@blueprint.route("/sign-in", methods=["GET", "POST"])
@anyone
@limited(RateLimit.SIGN_IN, methods=["POST"])
def sign_in() -> str | Response:
    """Ask for e-mail address and password, and lead back to where the person came from."""
    form = SignInForm(next=request.args.get(NEXT, ""))
    back = safe_path(form.next.data or "") or home_path()
    if viewer().signed_in:
        return redirect(back, code=303)
    if form.validate_on_submit():
        try:
            user = container().people.sign_in(
                email=form.email.data, password=form.password.data, address=visitor_network()
            )
        except WrongCredentials:
            form.password.errors = [_("E-mail address and password do not belong together. Please try again.")]
        else:
            begin_session(user)
            return redirect(back, code=303)
    return render_template("site/sign_in.html", form=form)


@blueprint.post("/sign-out")
@anyone
def sign_out() -> Response:
    """End the session; signing out twice does no harm."""
    end_session()
    flash(_("You are signed out."), "success")
    return redirect(home_path(), code=303)


@blueprint.get("/account")
@role_required(Role.CUSTOMER)
def account() -> str:
    """Show a person their own account."""
    return _account_page(NameForm(name=viewer().name), PasswordForm())


@blueprint.post("/account/name")
@role_required(Role.CUSTOMER)
def change_name() -> str | Response:
    """Give a person the name they want to be called by."""
    form = NameForm()
    if form.validate_on_submit():
        try:
            container().people.rename(signed_in_user_id(), form.name.data)
        except InvalidInput as error:
            explain(form, error, field="name")
        else:
            flash(_("Your name is changed."), "success")
            return redirect(url_for("site.account"), code=303)
    return _account_page(form, PasswordForm(formdata=None))


@blueprint.post("/account/password")
@role_required(Role.CUSTOMER)
@limited(RateLimit.SIGN_IN)
def change_password() -> str | Response:
    """Give a person a new password; sessions elsewhere end, this one goes on."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            user = container().people.change_password(
                signed_in_user_id(), current=form.current_password.data, new=form.new_password.data
            )
        except InvalidInput as error:
            explain(form, error, field="current_password")
        else:
            begin_session(user)
            flash(_("Your password is changed. Everywhere else you are signed out now."), "success")
            return redirect(url_for("site.account"), code=303)
    return _account_page(NameForm(formdata=None, name=viewer().name), form)


def _account_page(name_form: NameForm, password_form: PasswordForm) -> str:
    page = container().people.account_page(signed_in_user_id())
    return render_template("site/account.html", page=page, name_form=name_form, password_form=password_form)
