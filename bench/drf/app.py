"""The list of members as Django REST framework gives it, for comparison: `python app.py COUNT`.

It makes a database beside this file, listens on a free port, says where on its first line of output, and ends when its
input does. Two workers of gunicorn with threads, so that connections are kept alive.
"""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import django
from django.conf import settings

FOLDER = Path(__file__).resolve().parent

settings.configure(
    SECRET_KEY="of a comparison",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TIME_ZONE="UTC",
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.http.ConditionalGetMiddleware"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "members.sqlite3",
            "CONN_MAX_AGE": None,
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "PAGE_SIZE": 10,
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import generics, serializers  # noqa: E402


class Member(models.Model):
    pk_number = models.IntegerField(primary_key=True, db_column="pk")
    username = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()

    class Meta:
        app_label = "members"
        db_table = "members"
        ordering = ["-date_joined", "-pk_number"]


class MemberSerializer(serializers.ModelSerializer):
    class Meta:
        model = Member
        fields = ["pk", "username", "is_active", "date_joined"]


class MemberList(generics.ListAPIView):
    queryset = Member.objects.filter(is_active=True)
    serializer_class = MemberSerializer


urlpatterns = [path("api/membres/", MemberList.as_view())]


def lay_down(count):
    """The members that the server has, too."""
    with sqlite3.connect(FOLDER / "members.sqlite3") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(
            "CREATE TABLE members (pk INTEGER PRIMARY KEY, username TEXT NOT NULL, is_active BOOL NOT NULL,"
            " date_joined DATETIME NOT NULL)"
        )
        database.execute("CREATE INDEX members_by_date ON members (date_joined DESC, pk DESC)")
        for n in range(1, count + 1):
            joined = f"2026-01-{1 + n // 24 % 28:02}T{n % 24:02}:00:00"
            database.execute("INSERT INTO members VALUES (?, ?, 1, ?)", (n, f"member{n}", joined.replace("T", " ")))


def main():
    lay_down(int(sys.argv[1]))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        place = listener.getsockname()
    address = "%s:%d" % place
    words = ["--workers=2", "--threads=4", "--keep-alive=30", "--log-level=critical", "--chdir", str(FOLDER)]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", address, *words, "app:application"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    while server.poll() is None:
        try:
            socket.create_connection(place, 1).close()
            break
        except OSError:
            threading.Event().wait(0.1)
    else:
        sys.exit("gunicorn did not start")
    print(address, "", flush=True)
    sys.stdin.read()
    server.send_signal(signal.SIGTERM)
    server.wait(10)


if __name__ == "__main__":
    main()
else:
    application = get_wsgi_application()
