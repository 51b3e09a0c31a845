"""Django's settings: what the operator says, and what is never the operator's to say."""

from __future__ import annotations

import os
from datetime import timedelta

from csp.constants import NONE, SELF

from proofline.site.environment import Environment
from proofline.site.home import kept_private
from proofline.site.secret import SECRET_FILE, secret_key
from proofline.site.sqlite import take_place

take_place()

_said = Environment(os.environ)
_tls = _said.yes("PROOFLINE_TLS")

DEBUG = False
HOME = kept_private(_said.home)
CHECKPOINTS = _said.checkpoints
WEBHOOK_HOSTS = _said.text("PROOFLINE_WEBHOOK_HOSTS").replace(",", " ").split()
READ_ONLY = _said.yes("PROOFLINE_READ_ONLY")
CLOCK_BEHIND = _said.yes("PROOFLINE_CLOCK_BEHIND")
DEMO = _said.yes("PROOFLINE_DEMO")
TOLD = _said.told()
THREADS = _said.number("PROOFLINE_THREADS")  # the server reads it; here it is refused in time
METRICS_TOKEN = _said.text("PROOFLINE_METRICS_TOKEN")
SECRET_KEY_IS_NEW = not _said.key() and not (HOME / SECRET_FILE).exists()
SECRET_KEY = secret_key(_said.key(), HOME)
ALLOWED_HOSTS = _said.hosts()

INSTALLED_APPS = [
    "proofline.store",
    "proofline.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "proofline.web.watching.measuring.Measured",
    "proofline.web.watching.freezing.Frozen",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # it adds chance bytes, so that lengths tell nothing
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "proofline.web.watching.unkept.Unkept",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "proofline.web.sessions.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "proofline.web.sessions.SecondFactor",
    "axes.middleware.AxesMiddleware",
]
if DEMO:
    MIDDLEWARE.remove("proofline.web.sessions.SecondFactor")
ROOT_URLCONF = "proofline.site.urls"
WSGI_APPLICATION = "proofline.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": _said.database()}
CACHES = {
    "default": {
        # Limits on log-ins have to be seen by every worker, and to outlive a restart.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        # So many counts stand at once; with Django's 300 somebody's guesses could push out others'.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
FORMAT_MODULE_PATH = ["proofline.web.formats"]
STATIC_URL = "static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True  # they are read from the packages once, at the start

# Who may come in.
AUTH_USER_MODEL = "store.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "proofline.web.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    # Who fails is counted by axes, for account and address together. A limit on the account alone
    # would let any stranger lock anybody out.
    "login_failed": False,
    # Codes can be tried by those alone who know the password; so here the account has a limit too.
    "code_from_here": "5/5m/key",
    "code_of_account": "20/h/key",
}
MFA_FORMS = {
    "authenticate": "proofline.web.accounts.SecondFactorForm",
    "reauthenticate": "proofline.web.accounts.FreshFactorForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "Proofline"
USERSESSIONS_TRACK_ACTIVITY = False
BEHIND_PROXY = _said.yes("PROOFLINE_PROXY")
AXES_CLIENT_IP_CALLABLE = "proofline.web.accounts.client_address"
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "proofline.web.accounts.counted_name"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_VERBOSE = False

# What a browser is told.
SESSION_ENGINE = "proofline.web.watching.kept_sessions"
IDLE_SECONDS = 60 * min(_said.number("PROOFLINE_IDLE_MINUTES"), 15)  # an automatic logoff
SESSION_COOKIE_AGE = 3600 * min(_said.number("PROOFLINE_SESSION_HOURS"), 12)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _tls
SESSION_COOKIE_NAME = "__Host-session" if _tls else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _tls else "csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = False  # a request by http has already said its secrets aloud
SECURE_HSTS_SECONDS = 31_536_000 if _tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _tls
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if _said.yes("PROOFLINE_PROXY") else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "proofline.site.logging.Lines"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["out"], "level": _said.level()},
    "loggers": {
        "axes": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "django.security.DisallowedHost": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # no redirect from http, see SECURE_SSL_REDIRECT
]
