"""UN/CEFACT Cross Industry Invoice D16B, and ZUGFeRD 1.0's older one: where each term stands.

Source: CEN/TS 16931-3-3 (syntax binding for UN/CEFACT XML CII D16B); ZUGFeRD 1.0, whose elements
are read under the names that D16B gave them.
"""

from __future__ import annotations

from typing import Final

from saldo.adapters.einvoice.binding import Shape, Terms, shape
from saldo.einvoices.tree import Node

ROOTS: Final = ("CrossIndustryInvoice",)
RENAMED: Final = {
    "CrossIndustryDocument": "CrossIndustryInvoice",
    "SpecifiedExchangedDocumentContext": "ExchangedDocumentContext",
    "HeaderExchangedDocument": "ExchangedDocument",
    "SpecifiedSupplyChainTradeTransaction": "SupplyChainTradeTransaction",
    "ApplicableSupplyChainTradeAgreement": "ApplicableHeaderTradeAgreement",
    "ApplicableSupplyChainTradeDelivery": "ApplicableHeaderTradeDelivery",
    "ApplicableSupplyChainTradeSettlement": "ApplicableHeaderTradeSettlement",
    "SpecifiedSupplyChainTradeAgreement": "SpecifiedLineTradeAgreement",
    "SpecifiedSupplyChainTradeDelivery": "SpecifiedLineTradeDelivery",
    "SpecifiedSupplyChainTradeSettlement": "SpecifiedLineTradeSettlement",
    "ApplicablePercent": "RateApplicablePercent",
}
"""What ZUGFeRD 1.0 (CII of 2013) calls otherwise."""

ZUGFERD_1: Final = "rsm:CrossIndustryDocument"


def is_cii(root: Node) -> bool:
    """Tell whether a document is a cross industry invoice of either age."""
    return root.name in ROOTS


_T: Final = "SupplyChainTradeTransaction/"
_AGREEMENT: Final = _T + "ApplicableHeaderTradeAgreement"
_DELIVERED: Final = _T + "ApplicableHeaderTradeDelivery"
_SETTLEMENT: Final = _T + "ApplicableHeaderTradeSettlement"
_VAT: Final = "SpecifiedTaxRegistration/ID[@schemeID=VA]"


def _address(line: str, second: str, third: str, rest: tuple[str, str, str, str]) -> Shape:
    city, post_code, subdivision, country = rest
    return shape(
        {
            line: "LineOne",
            second: "LineTwo",
            third: "LineThree",
            city: "CityName",
            post_code: "PostcodeCode",
            subdivision: "CountrySubDivisionName",
            country: "CountryID",
        }
    )


def _contact(name: str, phone: str, email: str) -> Shape:
    return shape(
        {
            name: "PersonName | DepartmentName",
            phone: "TelephoneUniversalCommunication/CompleteNumber",
            email: "EmailURIUniversalCommunication/URIID",
        }
    )


_ELECTRONIC: Final = "URIUniversalCommunication/URIID"
_SELLER: Final = shape(
    {
        "BT-27": "Name",
        "BT-28": "SpecifiedLegalOrganization/TradingBusinessName",
        "BT-29": "ID | GlobalID",
        "BT-30": "SpecifiedLegalOrganization/ID",
        "BT-31": _VAT,
        "BT-32": "SpecifiedTaxRegistration/ID[@schemeID=FC]",
        "BT-33": "Description",
        "BT-34": _ELECTRONIC,
    },
    (
        "BG-5",
        "PostalTradeAddress",
        _address("BT-35", "BT-36", "BT-162", ("BT-37", "BT-38", "BT-39", "BT-40")),
    ),
    ("BG-6", "DefinedTradeContact", _contact("BT-41", "BT-42", "BT-43")),
)
_BUYER: Final = shape(
    {
        "BT-44": "Name",
        "BT-45": "SpecifiedLegalOrganization/TradingBusinessName",
        "BT-46": "ID | GlobalID",
        "BT-47": "SpecifiedLegalOrganization/ID",
        "BT-48": _VAT,
        "BT-49": _ELECTRONIC,
    },
    (
        "BG-8",
        "PostalTradeAddress",
        _address("BT-50", "BT-51", "BT-163", ("BT-52", "BT-53", "BT-54", "BT-55")),
    ),
    ("BG-9", "DefinedTradeContact", _contact("BT-56", "BT-57", "BT-58")),
)
_PAYEE: Final = shape(
    {"BT-59": "Name", "BT-60": "ID | GlobalID", "BT-61": "SpecifiedLegalOrganization/ID"}
)
_REPRESENTATIVE: Final = shape(
    {"BT-62": "Name", "BT-63": _VAT},
    (
        "BG-12",
        "PostalTradeAddress",
        _address("BT-64", "BT-65", "BT-164", ("BT-66", "BT-67", "BT-68", "BT-69")),
    ),
)
_DELIVERY: Final = shape(
    {
        "BT-70": "ShipToTradeParty/Name",
        "BT-71": "ShipToTradeParty/ID | ShipToTradeParty/GlobalID",
        "BT-72": "ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString",
    },
    (
        "BG-15",
        "ShipToTradeParty/PostalTradeAddress",
        _address("BT-75", "BT-76", "BT-165", ("BT-77", "BT-78", "BT-79", "BT-80")),
    ),
)
_PAYMENT: Final = shape(
    {
        "BT-81": "TypeCode",
        "BT-82": "Information",
        "BT-86": "PayeeSpecifiedCreditorFinancialInstitution/BICID",
        "BT-91": "PayerPartyDebtorFinancialAccount/IBANID",
        "PAYER-BIC": "PayerSpecifiedDebtorFinancialInstitution/BICID",
    },
    (
        "BG-17",
        "PayeePartyCreditorFinancialAccount",
        shape({"BT-84": "IBANID | ProprietaryID", "BT-85": "AccountName"}),
    ),
    (
        "BG-18",
        "ApplicableTradeSettlementFinancialCard",
        shape({"BT-87": "ID", "BT-88": "CardholderName"}),
    ),
)


def _adjustment(first: int, *, taxed: bool) -> Terms:
    """Return the terms of an allowance or charge, whose ids follow each other from `first` on."""
    paths = ["ActualAmount", "BasisAmount", "CalculationPercent"]
    if taxed:
        paths += ["CategoryTradeTax/CategoryCode", "CategoryTradeTax/RateApplicablePercent"]
    paths += ["Reason", "ReasonCode"]
    return {f"BT-{first + at}": path for at, path in enumerate(paths)}


_ADJUSTMENT: Final = "/SpecifiedTradeAllowanceCharge[ChargeIndicator/Indicator={}]"
_OF_LINE: Final = "SpecifiedLineTradeSettlement"
_GROSS: Final = "GrossPriceProductTradePrice"
_NET: Final = "NetPriceProductTradePrice"
_LINE: Final = shape(
    {
        "BT-126": "AssociatedDocumentLineDocument/LineID",
        # Factur-X EXTENDED: whether the line counts (DETAIL) or heads or explains others.
        "LINE-STATUS": "AssociatedDocumentLineDocument/LineStatusReasonCode",
        "BT-127": "AssociatedDocumentLineDocument/IncludedNote/Content",
        "BT-128": _OF_LINE + "/AdditionalReferencedDocument[TypeCode=130]/IssuerAssignedID",
        "BT-129": "SpecifiedLineTradeDelivery/BilledQuantity",
        "BT-130": "SpecifiedLineTradeDelivery/BilledQuantity/@unitCode",
        "BT-131": _OF_LINE
        + "/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount | "
        # ZUGFeRD 1.0 has one name for the line's summation and the document's.
        + _OF_LINE
        + "/SpecifiedTradeSettlementMonetarySummation/LineTotalAmount",
        "BT-132": "SpecifiedLineTradeAgreement/BuyerOrderReferencedDocument/LineID",
        "BT-133": _OF_LINE + "/ReceivableSpecifiedTradeAccountingAccount/ID",
    },
    (
        "BG-26",
        _OF_LINE + "/BillingSpecifiedPeriod",
        shape({"BT-134": "StartDateTime/DateTimeString", "BT-135": "EndDateTime/DateTimeString"}),
    ),
    ("BG-27", _OF_LINE + _ADJUSTMENT.format("false"), shape(_adjustment(136, taxed=False))),
    ("BG-28", _OF_LINE + _ADJUSTMENT.format("true"), shape(_adjustment(141, taxed=False))),
    (
        "BG-29",
        "SpecifiedLineTradeAgreement",
        shape(
            {
                "BT-146": _NET + "/ChargeAmount",
                "BT-147": _GROSS + "/AppliedTradeAllowanceCharge/ActualAmount",
                "BT-148": _GROSS + "/ChargeAmount",
                "BT-149": f"{_NET}/BasisQuantity | {_GROSS}/BasisQuantity",
                "BT-150": f"{_NET}/BasisQuantity/@unitCode | {_GROSS}/BasisQuantity/@unitCode",
            }
        ),
    ),
    (
        "BG-30",
        _OF_LINE + "/ApplicableTradeTax",
        shape({"BT-151": "CategoryCode", "BT-152": "RateApplicablePercent"}),
    ),
    (
        "BG-31",
        "SpecifiedTradeProduct",
        shape(
            {
                "BT-153": "Name",
                "BT-154": "Description",
                "BT-155": "SellerAssignedID",
                "BT-156": "BuyerAssignedID",
                "BT-157": "GlobalID",
                "BT-158": "DesignatedProductClassification/ClassCode",
                "BT-159": "OriginTradeCountry/ID",
            },
            (
                "BG-32",
                "ApplicableProductCharacteristic",
                shape({"BT-160": "Description", "BT-161": "Value"}),
            ),
        ),
    ),
)

DOCUMENT: Final = shape(
    {
        "BT-1": "ExchangedDocument/ID",
        "BT-2": "ExchangedDocument/IssueDateTime/DateTimeString",
        "BT-3": "ExchangedDocument/TypeCode",
        "BT-5": _SETTLEMENT + "/InvoiceCurrencyCode",
        "BT-6": _SETTLEMENT + "/TaxCurrencyCode",
        "BT-7": _SETTLEMENT + "/ApplicableTradeTax/TaxPointDate/DateString",
        "BT-8": _SETTLEMENT + "/ApplicableTradeTax/DueDateTypeCode",
        "BT-9": _SETTLEMENT + "/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",
        "BT-10": _AGREEMENT + "/BuyerReference",
        "BT-11": _AGREEMENT + "/SpecifiedProcuringProject/ID",
        "BT-12": _AGREEMENT + "/ContractReferencedDocument/IssuerAssignedID",
        "BT-13": _AGREEMENT
        + "/BuyerOrderReferencedDocument/IssuerAssignedID | "
        # ZUGFeRD 1.0 says ID where D16B says IssuerAssignedID.
        + _AGREEMENT
        + "/BuyerOrderReferencedDocument/ID",
        "BT-14": _AGREEMENT + "/SellerOrderReferencedDocument/IssuerAssignedID",
        "BT-15": _DELIVERED + "/ReceivingAdviceReferencedDocument/IssuerAssignedID",
        "BT-16": _DELIVERED + "/DespatchAdviceReferencedDocument/IssuerAssignedID",
        "BT-17": _AGREEMENT + "/AdditionalReferencedDocument[TypeCode=50]/IssuerAssignedID",
        "BT-18": _AGREEMENT + "/AdditionalReferencedDocument[TypeCode=130]/IssuerAssignedID",
        "BT-19": _SETTLEMENT + "/ReceivableSpecifiedTradeAccountingAccount/ID",
        "BT-20": _SETTLEMENT + "/SpecifiedTradePaymentTerms/Description",
        "BT-23": "ExchangedDocumentContext/BusinessProcessSpecifiedDocumentContextParameter/ID",
        "BT-24": "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID",
        "BT-83": _SETTLEMENT + "/PaymentReference",
        "BT-89": _SETTLEMENT + "/SpecifiedTradePaymentTerms/DirectDebitMandateID",
        "BT-90": _SETTLEMENT + "/CreditorReferenceID",
        "BT-110": _SETTLEMENT
        + "/SpecifiedTradeSettlementHeaderMonetarySummation/TaxTotalAmount | "
        + _SETTLEMENT
        + "/SpecifiedTradeSettlementMonetarySummation/TaxTotalAmount",
    },
    (
        "BG-1",
        "ExchangedDocument/IncludedNote",
        shape({"BT-21": "SubjectCode", "BT-22": "Content"}),
    ),
    (
        "BG-3",
        _SETTLEMENT + "/InvoiceReferencedDocument",
        shape({"BT-25": "IssuerAssignedID", "BT-26": "FormattedIssueDateTime/DateTimeString"}),
    ),
    # Not of EN 16931: Factur-X EXTENDED and ZUGFeRD 1.0 write cash discounts so.
    (
        "DISCOUNT",
        _SETTLEMENT + "/SpecifiedTradePaymentTerms/ApplicableTradePaymentDiscountTerms",
        shape(
            {
                "FROM": "BasisDateTime/DateTimeString",
                "SPAN": "BasisPeriodMeasure",
                "PERCENT": "CalculationPercent",
                "AMOUNT": "ActualDiscountAmount",
                "BASE": "BasisAmount",
            }
        ),
    ),
    ("BG-4", _AGREEMENT + "/SellerTradeParty", _SELLER),
    ("BG-7", _AGREEMENT + "/BuyerTradeParty", _BUYER),
    ("BG-10", _SETTLEMENT + "/PayeeTradeParty", _PAYEE),
    ("BG-11", _AGREEMENT + "/SellerTaxRepresentativeTradeParty", _REPRESENTATIVE),
    ("BG-13", _DELIVERED, _DELIVERY),
    (
        "BG-14",
        _SETTLEMENT + "/BillingSpecifiedPeriod",
        shape({"BT-73": "StartDateTime/DateTimeString", "BT-74": "EndDateTime/DateTimeString"}),
    ),
    ("BG-16", _SETTLEMENT + "/SpecifiedTradeSettlementPaymentMeans", _PAYMENT),
    ("BG-20", _SETTLEMENT + _ADJUSTMENT.format("false"), shape(_adjustment(92, taxed=True))),
    ("BG-21", _SETTLEMENT + _ADJUSTMENT.format("true"), shape(_adjustment(99, taxed=True))),
    (
        "BG-21",
        _SETTLEMENT + "/SpecifiedLogisticsServiceCharge",
        shape(
            {
                "BT-99": "AppliedAmount",
                "BT-102": "AppliedTradeTax/CategoryCode",
                "BT-103": "AppliedTradeTax/RateApplicablePercent",
                "BT-104": "Description",
            }
        ),
    ),
    (
        "BG-22",
        _SETTLEMENT
        + "/SpecifiedTradeSettlementHeaderMonetarySummation | "
        + _SETTLEMENT
        + "/SpecifiedTradeSettlementMonetarySummation",
        shape(
            {
                "BT-106": "LineTotalAmount",
                "BT-107": "AllowanceTotalAmount",
                "BT-108": "ChargeTotalAmount",
                "BT-109": "TaxBasisTotalAmount",
                "BT-112": "GrandTotalAmount",
                "BT-113": "TotalPrepaidAmount",
                "BT-114": "RoundingAmount",
                "BT-115": "DuePayableAmount",
            }
        ),
    ),
    (
        "BG-23",
        _SETTLEMENT + "/ApplicableTradeTax",
        shape(
            {
                "BT-116": "BasisAmount",
                "BT-117": "CalculatedAmount",
                "BT-118": "CategoryCode",
                "BT-119": "RateApplicablePercent",
                "BT-120": "ExemptionReason",
                "BT-121": "ExemptionReasonCode",
            }
        ),
    ),
    (
        "BG-24",
        _AGREEMENT + "/AdditionalReferencedDocument[TypeCode=916]",
        shape(
            {
                "BT-122": "IssuerAssignedID",
                "BT-123": "Name",
                "BT-124": "URIID",
                "BT-125": "AttachmentBinaryObject",
            }
        ),
    ),
    ("BG-25", _T + "IncludedSupplyChainTradeLineItem", _LINE),
)
