"""Exact Online behind the connectors' port.

Sources: the generated entities of picqer/exact-php-client (December 2025), which quote
https://start.exactonline.nl/docs/HlpRestAPIResources.aspx; limits and tokens as told at
https://forums.invantive.com/t/new-exact-online-api-limitations/1040/2,
https://forums.invantive.com/t/inzien-waardes-exact-online-kopteksten-voor-rate-limits/3102 and
https://help.zapier.com/hc/en-us/articles/24921261714189. Never run against the real service.
"""
