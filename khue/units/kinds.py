"""Kinds of unit and of place, each with the word that officials use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """What a unit is. Schools are told apart by level, because directives address them so."""

    MINISTRY = "ministry", _("Bộ")
    DEPARTMENT = "department", _("Sở, ban, ngành tỉnh")
    PROVINCE = "province_committee", _("UBND tỉnh")
    DISTRICT = "district_committee", _("UBND huyện, thành phố")
    COMMUNE = "commune_committee", _("UBND xã, phường")
    EDUCATION_OFFICE = "education_office", _("Phòng Giáo dục và Đào tạo")
    OFFICE = "office", _("Phòng, ban chuyên môn")
    DIVISION = "division", _("Phòng, bộ phận trực thuộc")
    KINDERGARTEN = "kindergarten", _("Trường mầm non")
    PRIMARY = "primary", _("Trường tiểu học")
    PRIMARY_LOWER = "primary_lower_secondary", _("Trường tiểu học và THCS")
    LOWER_SECONDARY = "lower_secondary", _("Trường THCS")
    LOWER_UPPER = "lower_upper_secondary", _("Trường THCS và THPT")
    UPPER_SECONDARY = "upper_secondary", _("Trường THPT")
    CONTINUING = "continuing", _("Trung tâm GDNN-GDTX")
    COMMUNITY_CENTRE = "community_centre", _("Trung tâm học tập cộng đồng")
    NURSERY_GROUP = "nursery_group", _("Cơ sở mầm non độc lập")
    SITE = "site", _("Điểm trường")
    PARTY = "party", _("Tổ chức Đảng")
    FRONT = "front", _("Mặt trận, đoàn thể")
    PRESS = "press", _("Báo, đài")
    FORCE = "force", _("Công an, quân sự, biên phòng")
    OTHER = "other", _("Đơn vị khác")


SCHOOLS = (
    UnitKind.KINDERGARTEN,
    UnitKind.PRIMARY,
    UnitKind.PRIMARY_LOWER,
    UnitKind.LOWER_SECONDARY,
    UnitKind.LOWER_UPPER,
    UnitKind.UPPER_SECONDARY,
    UnitKind.CONTINUING,
    UnitKind.NURSERY_GROUP,
)


class PlaceLevel(models.TextChoices):
    """Levels of territory; districts end on 2025-06-30."""

    COUNTRY = "country", _("quốc gia")
    PROVINCE = "province", _("cấp tỉnh")
    DISTRICT = "district", _("cấp huyện")
    COMMUNE = "commune", _("cấp xã")


class Scheme(models.TextChoices):
    """Whose number an identifier is."""

    MOET = "moet", _("Mã trường của Bộ GD&ĐT")
    GSO_OLD = "gso-2024", _("Mã hành chính trước 01/7/2025")
    GSO_NEW = "gso-2025", _("Mã hành chính từ 01/7/2025")
    TAX = "tax", _("Mã số thuế")
    EDOC = "edoc", _("Mã định danh cơ quan (trục liên thông)")
    LOCAL = "local", _("Mã nội bộ")


class ContactKind(models.TextChoices):
    """Ways to reach a unit."""

    PHONE = "phone", _("Điện thoại")
    EMAIL = "email", _("Thư điện tử")
    ADDRESS = "address", _("Địa chỉ")
    WEBSITE = "website", _("Trang thông tin")
    HEAD = "head", _("Người đứng đầu")
