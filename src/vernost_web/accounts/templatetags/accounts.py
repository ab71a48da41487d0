"""What pages of coming in ask."""

from django import template

from vernost_web.ui.mail import is_mail_sent

register = template.Library()
register.simple_tag(is_mail_sent, name="sends_mail")
