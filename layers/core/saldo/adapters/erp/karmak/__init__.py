"""Karmak Fusion's reporting views behind the connectors' port; settlements go out as a file.

Sources: https://unity.karmak.io/Using-Unity.html (token), https://unity.karmak.io/Data-Access-API
(paging, filters), https://unity.karmak.io/AR-Detail, https://unity.karmak.io/AR-Invoice-Summary.html,
https://portal.karmak.io/content/html_widgets/ax25q.html (do not sort, big pulls outside business
hours). No interface that books payments is public. Never run against the real service.
"""
