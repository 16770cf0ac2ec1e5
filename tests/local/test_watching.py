"""Metrics, alarms and the dashboard of the local cloud, and the ERP's endpoint."""

from __future__ import annotations

import base64
import json
import os
import socket
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from standardwebhooks import Webhook

from infra.local import alarms
from infra.local.charts import Chart, Mark, Series, short
from infra.local.dashboard import rows_of
from infra.local.erp import ErpEndpoint
from infra.local.observer import embedded_metrics
from infra.local.problems import Problem
from infra.local.processes import is_running, port_is_free
from infra.local.settings import Ports
from infra.local.traffic import Traffic

EMF = {
    "_aws": {
        "Timestamp": 1795301470401,
        "CloudWatchMetrics": [
            {
                "Namespace": "Saldo",
                "Dimensions": [["service", "stage"], ["service"]],
                "Metrics": [{"Name": "NoticesSent", "Unit": "Count"}],
            }
        ],
    },
    "service": "remind",
    "stage": "2",
    "NoticesSent": [1.0, 1.0],
}


def test_an_embedded_metric_line_becomes_data_per_dimension_set() -> None:
    (first, second) = embedded_metrics(json.dumps(EMF))
    assert first[0] == "Saldo"
    assert first[1]["Dimensions"] == [
        {"Name": "service", "Value": "remind"},
        {"Name": "stage", "Value": "2"},
    ]
    assert first[1]["Values"] == [1.0, 1.0]
    assert first[1]["Timestamp"] == pytest.approx(1795301470.401)
    assert second[1]["Dimensions"] == [{"Name": "service", "Value": "remind"}]


@pytest.mark.parametrize("line", ["", "no json", "[]", "7", '{"_aws": 1}', '{"level": "INFO"}'])
def test_other_lines_are_no_metrics(line: str) -> None:
    assert list(embedded_metrics(line)) == []


ALARM = alarms.Alarm(
    name="dead-letters",
    description="",
    namespace="AWS/SQS",
    metric="ApproximateNumberOfMessagesVisible",
    dimensions=(),
    statistic="Maximum",
    period=300,
    periods=2,
    datapoints=1,
    threshold=1.0,
    comparison="GreaterThanOrEqualToThreshold",
    missing="notBreaching",
)


@pytest.mark.parametrize(
    ("alarm", "values", "state"),
    [
        (ALARM, {900: 0.0, 600: 0.0}, "OK"),
        (ALARM, {900: 0.0, 600: 1.0}, "ALARM"),
        (ALARM, {300: 5.0}, "OK"),
        (replace(ALARM, datapoints=2), {900: 3.0, 600: 0.0}, "OK"),
        (replace(ALARM, datapoints=2), {900: 3.0, 600: 1.0}, "ALARM"),
        (ALARM, {}, "OK"),
        (replace(ALARM, missing="missing"), {}, "INSUFFICIENT_DATA"),
        (replace(ALARM, missing="breaching"), {}, "ALARM"),
        (replace(ALARM, comparison="LessThanThreshold"), {900: 0.0}, "ALARM"),
    ],
)
def test_an_alarm_rings_when_enough_periods_breach(
    alarm: alarms.Alarm, values: dict[int, float], state: str
) -> None:
    assert alarm.state(values, now=1000.0) == state


def test_dashboard_shorthand_is_spelt_out() -> None:
    rows = rows_of(
        {
            "stat": "Sum",
            "metrics": [
                ["Saldo", "NoticesSent", "service", "remind", "stage", "1", {"color": "#112233"}],
                ["...", "2"],
                [".", "NoticesFailed", ".", ".", {"stat": "Maximum", "label": "failed"}],
                [{"expression": "m1 + m2"}],
            ],
        },
        seconds=3600,
    )
    assert [(row.name, row.dimensions[-1]) for row in rows] == [
        ("NoticesSent", ("stage", "1")),
        ("NoticesSent", ("stage", "2")),
        ("NoticesFailed", ("service", "remind")),
    ]
    assert [row.statistic for row in rows] == ["Sum", "Sum", "Maximum"]
    assert rows[0].colour == "#112233"
    assert rows[2].label == "failed"


def test_a_single_value_is_of_the_whole_time_shown() -> None:
    properties = {
        "view": "singleValue",
        "setPeriodToTimeRange": True,
        "metrics": [["Saldo", "PaymentsSettled", "service", "pay"]],
    }
    assert rows_of(properties, seconds=10_800)[0].period == 10_800


@pytest.mark.parametrize("stacked", [True, False])
@pytest.mark.parametrize("values", [(), (0.0,), (3.0, 0.0, 1e9), (0.0004, 0.0002)])
def test_a_chart_is_sound_markup_whatever_the_data(
    values: tuple[float, ...], *, stacked: bool
) -> None:
    points = tuple((float(60 * at), value) for at, value in enumerate(values))
    series = [Series('a <b> & "c"', "#336699", points), Series("silent", "#000000", ())]
    chart = Chart(0, 600, 60, series, [Mark("limit", 2.0)], stacked=stacked)
    root = ET.fromstring(chart.svg())
    assert root.tag == "svg"
    assert "nan" not in chart.svg()
    circles, lines = root.findall("circle"), root.findall("polyline")
    assert len(circles) + len(lines) == (1 if values else 0)


def test_a_gap_in_the_data_breaks_the_line() -> None:
    points = ((0.0, 1.0), (60.0, 2.0), (300.0, 3.0), (360.0, 1.0))
    root = ET.fromstring(Chart(0, 600, 60, [Series("a", "#123456", points)]).svg())
    assert len(root.findall("polyline")) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.0, "0"), (0.05, "0.05"), (7.0, "7"), (12_345.0, "12.3k"), (2.5e6, "2.5M")],
)
def test_numbers_are_short(value: float | None, text: str) -> None:
    assert short(value) == text


SECRET = "whsec_" + base64.b64encode(b"an example signing secret").decode()


def signed(body: str, secret: str = SECRET) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg_1", now, body),
    }


def test_the_erp_takes_a_signed_delivery_and_refuses_a_forged_one() -> None:
    erp = ErpEndpoint()
    body = json.dumps({"type": "payment.settled", "data": {"amount": "119.00"}})
    assert erp.take(signed(body), body.encode()).signature == "unchecked"
    erp.add_secret(SECRET)
    assert [item.signature for item in erp.deliveries()] == ["good"]
    assert erp.take(signed(body), body.encode()).signature == "good"
    forged = erp.take(signed(body), body.replace("119", "1").encode())
    assert (forged.signature, forged.answered) == ("bad", 401)
    assert erp.take({}, body.encode()).signature == "missing"
    assert [item.type for item in erp.deliveries()] == ["payment.settled"] * 4


def test_the_erp_can_be_out_of_order() -> None:
    erp = ErpEndpoint()
    erp.answer = 500
    delivery = erp.take({"webhook-signature": "v1,x"}, b"not json")
    assert delivery.answered == 500
    assert delivery.document()["body"] == "not json"


def test_traffic_is_counted_once() -> None:
    traffic = Traffic()
    observe = traffic.observer("saldo")
    observe(200, 12.0)
    observe(503, 4.0)
    assert traffic.take() == [("saldo", [200, 503], [12.0, 4.0])]
    assert traffic.take() == []


def test_ports_are_counted_from_one_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALDO_PORT_BASE", "5580")
    ports = Ports.from_environment()
    assert (ports.public, ports.sandbox, ports.desk) == (5580, 5581, 5582)
    assert len(set(ports.named().values())) == 5
    for wrong in ("", "web", "80", "70000"):
        monkeypatch.setenv("SALDO_PORT_BASE", wrong)
        with pytest.raises(Problem, match="no port number"):
            Ports.from_environment()


def test_a_used_port_is_seen() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not port_is_free(port)
    assert port_is_free(port)


def test_a_process_is_known_by_number_and_command() -> None:
    assert is_running(os.getpid(), "py")
    assert not is_running(os.getpid(), "no such command")
    assert not is_running(0, "py")
