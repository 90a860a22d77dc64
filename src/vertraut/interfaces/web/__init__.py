"""The web app: server-rendered pages on which a person meets their own life. ``create_web`` gives it as an application.

A page is a module here (its addresses), a folder in ``templates``, a file in ``texts``, and one each in ``assets/pages`` for
its styles and, where htmx does not suffice, its script. Everything goes through the service; nothing is decided here.
"""

from vertraut.interfaces.web.application import create_web, is_page
from vertraut.interfaces.web.sharing import LARGEST_BODIES

__all__ = ["LARGEST_BODIES", "create_web", "is_page"]
