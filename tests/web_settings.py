"""Settings of the application under test: a data folder of its own, quick passwords, static files as they lie."""

import os
import tempfile

os.environ["VERNOST_DATA"] = tempfile.mkdtemp(prefix="vernost-web-tests-")
for name in ("DATABASE_URL", "VERNOST_LOG", "EMAIL_URL"):
    os.environ.pop(name, None)

from vernost_web.project.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405
