"""A JupyterHub on this machine alone, for a test: users of the system, one password."""

import os

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.JupyterHub.bind_url = os.environ["HUB_URL"]
c.JupyterHub.hub_bind_url = os.environ["HUB_OWN_URL"]
c.ConfigurableHTTPProxy.api_url = os.environ["HUB_PROXY_URL"]
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cleanup_servers = True
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["HUB_PASSWORD"]
c.Authenticator.allow_all = True
c.Spawner.default_url = "/lab"
c.Spawner.http_timeout = c.Spawner.start_timeout = 60
