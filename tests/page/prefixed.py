"""The app below /dev/, as behind an API Gateway's stage, with nothing beside it."""

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from digitrec import create_app

app = create_app()
app.wsgi_app = DispatcherMiddleware(NotFound(), {"/dev": app.wsgi_app})  # type: ignore[method-assign]
