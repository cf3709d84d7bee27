import pytest


@pytest.mark.django_db
def test_home_sends_a_stranger_to_sign_in(client):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/tai-khoan/login/")


@pytest.mark.django_db
def test_health_says_what_it_checked(client):
    assert client.get("/health/").json()["database"]["ok"]


@pytest.mark.django_db
def test_sign_in_page_opens(client):
    assert client.get("/tai-khoan/login/").status_code == 200
