"""The login."""

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from common.ids import TimestampIdField

LONGEST_USERNAME = 30


class Account(AbstractBaseUser, PermissionsMixin):
    """A login. It says nothing of who is behind it: that is `Person`."""

    id = TimestampIdField()
    username = models.CharField(
        max_length=LONGEST_USERNAME,
        unique=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9_]+\Z", "A username has letters, digits and underscores.")],
    )
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="deleted by its person: the row is a number that others' rows name"
    )
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="username_whatever_its_case"),
            models.UniqueConstraint(Lower("email"), name="email_whatever_its_case", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.username

    def get_short_name(self) -> str:
        return self.username
