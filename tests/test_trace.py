import pytest

from digitrec.web import trace

W3C = "0af7651916cd43dd8448eb211c80319c"
XRAY = "1-67891233-abcdef012345678912345678"


@pytest.mark.parametrize(
    ("traceparent", "amazon", "expected"),
    [
        (f"00-{W3C}-b7ad6b7169203331-01", None, W3C),
        (f"01-{W3C}-b7ad6b7169203331-01-more", None, W3C),
        (None, f"Root={XRAY}", XRAY),
        (None, f"Root={XRAY};Parent=53995c3f42cd8ad8;Sampled=1", XRAY),
        (None, f"Self=1-67891234-12456789abcdef012345678;Root={XRAY}", XRAY),
        (f"00-{W3C}-b7ad6b7169203331-01", f"Root={XRAY}", W3C),
        ("nonsense", f"Root={XRAY}", XRAY),
        (None, None, None),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", None, None),
        (f"ff-{W3C}-b7ad6b7169203331-01", None, None),
        (f"00-{W3C.upper()}-b7ad6b7169203331-01", None, None),
        (f"00-{W3C}-b7ad6b7169203331-01\nx", None, None),
        (f"00-{W3C}0-b7ad6b7169203331-01", None, None),
        (None, f"Root={XRAY}0", None),
        (None, f'Root={XRAY}", "status": "200', None),
        (None, f"{'Self=1;' * 2_000}Root=", None),
        ("0" * 100_000, "", None),
    ],
)
def test_a_trace_id_is_taken_from_a_well_formed_header_alone(
    traceparent: str | None, amazon: str | None, expected: str | None
) -> None:
    environ = {"HTTP_TRACEPARENT": traceparent, "HTTP_X_AMZN_TRACE_ID": amazon}
    assert trace.id_of({name: text for name, text in environ.items() if text is not None}) == (
        expected
    )
