"""The browser tests notice what they should notice."""

from django.urls import reverse


def test_console_errors_and_other_hosts_are_problems(page, problems):
    page.goto(reverse("health_live"))
    page.evaluate("console.error('broken')")
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => null)")
    found = list(problems)
    problems.clear()
    assert any("console: broken" in problem for problem in found)
    assert any("127.0.0.1:9" in problem for problem in found)


def test_violated_content_security_policy_is_a_problem(page, problems):
    page.goto(reverse("account_login"))
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">inline</p>')")
    found = list(problems)
    problems.clear()
    assert any("Content Security Policy" in problem for problem in found)


def test_signed_in_person_needs_no_sign_in_page(page, sign_in, world, problems):
    sign_in(world.people["administrator"])
    answer = page.goto(reverse("admin:index"))
    problems.clear()
    assert answer.status == 200
    assert reverse("account_login") not in page.url
