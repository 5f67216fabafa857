"""Where a parcel can go."""

from dataclasses import dataclass, replace
from typing import Self

from core.shared.errors import Invalid
from core.shared.text import broken, line, phone

COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)
"""ISO 3166-1 alpha-2: the officially assigned codes."""


class AddressInvalid(Invalid):
    """A postal address breaks a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """`country` by ISO 3166-1 alpha-2; a line that is not needed is empty."""

    name: str
    line1: str
    line2: str = ""
    city: str
    region: str = ""
    postal_code: str = ""
    country: str
    phone: str = ""

    def checked(self) -> Self:
        """Itself, tidied up, if a parcel could be sent there. Raises: AddressInvalid."""
        if self.country not in COUNTRIES:
            raise broken(AddressInvalid, "country", "Two capital letters, as ISO 3166-1 has them.")
        return replace(
            self,
            name=line(self.name, "name", AddressInvalid),
            line1=line(self.line1, "line1", AddressInvalid),
            line2=line(self.line2, "line2", AddressInvalid, optional=True),
            city=line(self.city, "city", AddressInvalid),
            region=line(self.region, "region", AddressInvalid, optional=True),
            postal_code=line(self.postal_code, "postal_code", AddressInvalid, optional=True),
            phone=phone(self.phone, AddressInvalid),
        )
