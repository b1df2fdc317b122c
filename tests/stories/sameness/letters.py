"""Chapter 6b: documents sent by mail; what arrives, what is tried again, what is given up."""

import datetime as dt
from email.message import EmailMessage
from typing import Any

from finzcore.delivery import deliver_mail
from tests.stories.sameness.cast import Cast
from tests.stories.sameness.scribe import Body

TO = "accounts@asha.example"


class Box:
    """Takes every message but those to somebody whom it does not know."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def send(self, message: EmailMessage) -> str:
        if "unknown" in str(message["To"]):
            raise OSError("550 नमस्ते, no such user")
        self.taken.append(message.as_bytes())
        return f"taken as {len(self.taken)}"


def letter(**more: Any) -> Body:
    return {"to": [TO], "attach_pdf": False} | more


def tell(cast: Cast) -> None:
    _queued(cast)
    _refused(cast)
    _sent(cast)


def _queued(cast: Cast) -> None:
    acme = cast.acme
    for name in ("plain", "in dollars", "longest", "worded", "REF-1"):
        acme.send("POST", f"/invoices/{cast[f'invoice {name}']}/email", letter())
    plain = f"/invoices/{cast['invoice plain']}/email"
    acme.post(plain, {"to": TO})
    acme.post(
        plain,
        letter(
            cc=["a@b.in"], bcc=["c@d.in", "e@f.in"], subject="चालान 🧾 'in' \"quotes\"",
            body_html="<p onclick=x>नमस्ते <a href='https://acme.example'>here</a><script>x</script>\n<b>&amp;",
            attach_pdf=True,
        ),
    )  # fmt: skip
    acme.post(plain, letter(to=["unknown@asha.example"]))
    acme.post(plain, letter(), key="mail-it")
    acme.post(plain, letter(), key="mail-it")
    for name in ("taxed", "draft"):
        acme.post(
            f"/credit_notes/{cast[f'note {name}']}/email",
            letter(cc="a@b.in", bcc="c@d.in", subject="Your note", body_html="x", attach_pdf=name == "taxed"),
        )
    acme.call("invoices.email", cast["invoice plain"], to=TO, attach_pdf=False, idempotency_key="by-python")


def _refused(cast: Cast) -> None:
    acme = cast.acme
    plain = f"/invoices/{cast['invoice plain']}/email"
    for change in (
        {"to": []}, {"to": None}, {"to": ["nobody"]}, {"to": [TO, "a@b.in\r\nBcc: c@d.in"]}, {"cc": ["x"]},
        {"to": [f"a{n}@b.in" for n in range(50)], "bcc": [TO]}, {"subject": "a\nb"}, {"subject": "=?x"},
        {"body_html": "x" * 50_001}, {"attach_pdf": "maybe"},
    ):  # fmt: skip
        acme.refused(400, "POST", plain, letter(**change))
    acme.refused(400, "POST", f"/invoices/{cast['invoice chairs']}/email", letter())
    acme.refused(400, "POST", f"/credit_notes/{cast['note taxed']}/email", letter(to="nobody"))
    cast.bharat.refused(404, "POST", plain, letter())


def _sent(cast: Cast) -> None:
    scribe, box = cast.scribe, Box()
    for attempt in range(7):
        now = scribe.clock() + attempt * dt.timedelta(hours=15)
        scribe.call("deliver_mail", lambda now=now: deliver_mail(scribe.engine, box, now))
    for number, message in enumerate(box.taken):
        scribe.call(f"letter {number}", lambda message=message: message)
