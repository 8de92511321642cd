from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.readers import Source, read_documents
from mtcheck.readers.web import Page, fetch, is_public

Answer = Callable[[BaseHTTPRequestHandler], None]
LIMIT = 100_000


def send(data: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(data)

    return answer


class Site:
    """A server on this machine whose pages a test sets; ``seen`` are the requests' headers."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.seen: list[dict[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.seen.append({**self.headers, "path": self.path})
                site.pages.get(self.path, send(b"", 404))(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    def address(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Host -> the addresses that it resolves to; others resolve as usual."""
    names: dict[str, list[str]] = {}
    usual = socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host not in names:
            return usual(host, port, *args, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in names[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


def got(address: str, **options: Any) -> Page:
    return fetch(address, **{"allow_local": True, "limit": LIMIT, **options})


def refusal(address: str, **options: Any) -> str:
    with pytest.raises(InputError) as error:
        got(address, **options)
    assert error.value.path == address
    return error.value.message


def test_a_page_comes_with_what_the_server_says_of_it(site: Site) -> None:
    site.pages["/a?b=c"] = send(b"Hello", Content_Type="Text/HTML; Charset=UTF-8")
    assert got(site.address("/a?b=c")) == Page(b"Hello", "text/html", "utf-8")
    assert site.seen[0]["Host"] == f"127.0.0.1:{site.port}"


def test_packed_answers_are_unpacked(site: Site) -> None:
    site.pages["/"] = send(gzip.compress(b"Hello"), Content_Encoding="gzip")
    assert got(site.address("/")).data == b"Hello"
    site.pages["/"] = send(gzip.compress(b"Hello" * 99)[:-9], Content_Encoding="gzip")
    assert "cut short" in refusal(site.address("/"))
    site.pages["/"] = send(b"x", Content_Encoding="br")
    assert "'br'" in refusal(site.address("/"))


def test_more_than_the_limit_is_not_read_packed_or_not(site: Site) -> None:
    site.pages["/"] = send(b"x" * (LIMIT + 1))
    assert "larger than" in refusal(site.address("/"))
    site.pages["/"] = send(gzip.compress(b"x" * (1000 * LIMIT)), Content_Encoding="gzip")
    assert "larger than" in refusal(site.address("/"))
    site.pages["/"] = send(b"x" * LIMIT)
    assert len(got(site.address("/")).data) == LIMIT


def test_a_server_that_drips_its_answer_or_its_headers_is_given_up(site: Site) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.0 200 OK\r\n")
        for _ in range(40):
            request.wfile.write(b"X-Drip: a\r\n")
            request.wfile.flush()
            time.sleep(0.1)

    site.pages["/"] = drip
    begun = time.monotonic()
    assert "within 0.5 seconds" in refusal(site.address("/"), seconds=0.5)
    assert time.monotonic() - begun < 3


def test_a_host_that_is_never_found_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: time.sleep(5))
    assert "within 0.2 seconds" in refusal("http://slow.test/", seconds=0.2)


def test_where_nothing_answers_a_proxy_that_is_set_is_said_not_to_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("http_proxy", raising=False)
    monkeypatch.delenv("all_proxy", raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        assert "refused; proxies are not used: fetch it otherwise" in refusal(address, allow_local=True)
        monkeypatch.delenv("HTTP_PROXY")
        assert "prox" not in refusal(address, allow_local=True)


def test_redirects_are_followed_but_not_for_ever(site: Site) -> None:
    site.pages["/a"] = send(b"", 302, Location="/b")
    site.pages["/b"] = send(b"", 308, Location=site.address("/c"))
    site.pages["/c"] = send(b"there")
    assert got(site.address("/a")).data == b"there"
    site.pages["/c"] = send(b"", 301, Location="/a")
    assert "more than 5 redirects" in refusal(site.address("/a"))
    site.pages["/a"] = send(b"", 303)
    assert "without saying where" in refusal(site.address("/a"))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "javascript:x"])
def test_redirects_lead_to_no_other_scheme(site: Site, target: str) -> None:
    site.pages["/"] = send(b"", 302, Location=target)
    assert "only http and https" in refusal(site.address("/"))


def test_what_the_server_refuses_is_said(site: Site) -> None:
    assert refusal(site.address("/none")) == "the server answers 404 Not Found"
    assert "user name" in refusal("http://me:secret@127.0.0.1/")
    assert "cannot be fetched" in refusal("http://127.0.0.1:1/")
    assert "is no address" in refusal("http://[::1/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]", "[::7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fc00::1]", "[ff02::1]",
    ],
)  # fmt: skip
def test_addresses_of_the_local_network_are_refused(site: Site, host: str) -> None:
    problem = refusal(site.address("/", host), allow_local=False)
    assert "local network" in problem or "not found" in problem
    assert not site.seen


def test_public_addresses_are_public() -> None:
    assert all(map(is_public, ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"]))
    assert not any(map(is_public, ["no address", "10.0.0.1", "fe80::1%eth0"]))


def test_one_local_address_among_public_ones_is_enough_to_refuse(site: Site, hosts: dict[str, list[str]]) -> None:
    hosts["both.test"] = ["8.8.8.8", "127.0.0.1"]
    assert "both.test (127.0.0.1) is in the local network" in refusal(site.address("/", "both.test"), allow_local=False)
    assert not site.seen


def test_a_redirect_into_the_local_network_is_refused(
    site: Site, hosts: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/"] = send(b"", 302, Location=f"http://inside.test:{site.port}/secret")
    site.pages["/secret"] = send(b"secret")
    hosts["outside.test"], hosts["inside.test"] = ["127.0.0.1"], ["10.0.0.1"]
    monkeypatch.setattr("mtcheck.readers.web.is_public", lambda ip: ip == "127.0.0.1")
    assert "inside.test (10.0.0.1)" in refusal(site.address("/", "outside.test"), allow_local=False)
    assert [one["path"] for one in site.seen] == ["/"]


def test_the_connection_goes_to_the_address_that_was_looked_at(
    site: Site, hosts: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to something else when it is asked for again, gains nothing."""
    asked: list[str] = []
    hosts["rebinding.test"] = ["127.0.0.1"]
    resolve = socket.getaddrinfo

    def once(host: Any, *args: Any, **options: Any) -> Any:
        if host == "rebinding.test":
            asked.append(host)
            assert len(asked) == 1
        return resolve(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    site.pages["/"] = send(b"Hello")
    assert got(site.address("/", "rebinding.test")).data == b"Hello"
    assert site.seen[0]["Host"] == f"rebinding.test:{site.port}"


def test_the_next_address_of_a_host_is_tried_where_one_does_not_answer(site: Site, hosts: dict[str, list[str]]) -> None:
    hosts["two.test"] = ["127.0.0.2", "127.0.0.1"]
    site.pages["/"] = send(b"Hello")
    assert got(site.address("/", "two.test")).data == b"Hello"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_certificate_must_be_that_of_the_name(
    site: Site, hosts: dict[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    options = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2"]
    names = ["-subj", "/CN=feed.test", "-addext", "subjectAltName=DNS:feed.test"]
    subprocess.run(["openssl", "req", "-x509", *options, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    site.pages["/"] = send(b"Hello")
    hosts["feed.test"], hosts["other.test"] = ["127.0.0.1"], ["127.0.0.1"]
    assert "certificate verify failed" in refusal(f"https://feed.test:{site.port}/")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert got(f"https://feed.test:{site.port}/").data == b"Hello"
    assert "feed.test" in refusal(f"https://other.test:{site.port}/")


RSS = b"<rss><channel><item><guid>1</guid><title>One</title></item></channel></rss>"
LATIN = "<html><body><p>Café crème</p></body></html>".encode("latin-1")


@pytest.mark.parametrize(
    ("path", "data", "content_type", "name", "text"),
    [
        ("/feed", RSS, "application/rss+xml", "entry 1 (1)", "One"),
        ("/feed.php", RSS, "text/html; charset=utf-8", "entry 1 (1)", "One"),
        ("/feed.xml?page=2", RSS, "text/plain", "entry 1 (1)", "One"),
        ("/page", LATIN, "text/html; charset=ISO-8859-1", "", "Café crème"),
        ("/a.md", b"# *One*\n", "text/plain", "", "One"),
        ("/a.txt", b"# *One*\n", "text/plain; charset=nonsense", "", "# *One*\n"),
        ("/a", b"\xef\xbb\xbfOne", "text/plain; charset=latin-1", "", "One"),
    ],
)
def test_the_format_follows_from_what_the_server_says_and_how_the_page_begins(
    site: Site, path: str, data: bytes, content_type: str, name: str, text: str
) -> None:
    site.pages[path] = send(data, Content_Type=content_type)
    (document,) = read_documents(Source(site.address(path)), allow_local=True)
    assert isinstance(document, Document)
    assert (document.path, document.name, document.text) == (site.address(path), name, text)
