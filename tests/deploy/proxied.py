"""nginx in front of a test's gateways: with our sample, and as it comes."""

from collections.abc import Sequence
from typing import Final

from tests.children import ROOT
from tests.servers.nginx import Nginx
from tests.servers.server import LOOPBACK

SAMPLE: Final = ROOT / "deploy" / "nginx" / "frontdesk.conf"
INCLUDED: Final = "include /etc/nginx/frontdesk/upstream.conf;"
AS_IT_COMES: Final = "server { listen {port}; location / { proxy_pass http://gateways; } }"


def sample_proxy(ports: Sequence[int]) -> Nginx:
    """Return an nginx with our sample, in front of gateways on these ports."""
    text = SAMPLE.read_text()
    assert INCLUDED in text
    assert "listen 8080;" in text
    return Nginx(text.replace(INCLUDED, upstream(ports)).replace("listen 8080;", "listen {port};"))


def as_it_comes(ports: Sequence[int]) -> Nginx:
    """Return an nginx that buffers, as it does unless a response says not to."""
    return Nginx(upstream(ports) + AS_IT_COMES)


def upstream(ports: Sequence[int]) -> str:
    """Return the gateways as nginx names them."""
    servers = "\n".join(f"server {LOOPBACK}:{port} max_fails=0;" for port in ports)
    return f"upstream gateways {{ {servers} keepalive 32; }}"
