"""People, their roles at units, what each may see."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and access."""

    name = "khue.accounts"
    label = "accounts"
    verbose_name = "Người dùng"

    def ready(self) -> None:
        """Registers the check that every page stands in the access table."""
        from khue.accounts import checks, signals
        from khue.accounts.heirs import ROOM
        from khue.units.reorganise.heirs import register

        register(ROOM)
        assert checks
        assert signals
