"""SnelStart's B2B interface, version 2, behind the connectors' port.

Sources: SnelStartSoftware/B2B.client.v2.net; iwd-nl/snelstart-php; the copies of its documentation
under https://glama.ai/mcp/servers/@mralbertzwolle/snelstart-mcp;
https://b2bapi-developer.snelstart.nl/foutcodes-v2. Never run against the real service.
"""
