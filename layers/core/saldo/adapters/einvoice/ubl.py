"""UBL 2.1 Invoice and Credit Note: where each business term stands.

Source: CEN/TS 16931-3-2 (syntax binding for ISO/IEC 19845), and for BG-DEX-… the extension of
XRechnung 3.0.
"""

from __future__ import annotations

from typing import Final

from saldo.adapters.einvoice.binding import Shape, Terms, shape
from saldo.einvoices.tree import Node

ROOTS: Final = ("Invoice", "CreditNote")


def is_ubl(root: Node) -> bool:
    """Tell whether a document is an invoice or credit note in UBL."""
    return root.name in ROOTS


_VAT: Final = "PartyTaxScheme[TaxScheme/ID=VAT]/CompanyID"


def _address(line: str, second: str, third: str, rest: tuple[str, str, str, str]) -> Shape:
    city, post_code, subdivision, country = rest
    return shape(
        {
            line: "StreetName",
            second: "AdditionalStreetName",
            third: "AddressLine/Line",
            city: "CityName",
            post_code: "PostalZone",
            subdivision: "CountrySubentity",
            country: "Country/IdentificationCode",
        }
    )


def _contact(name: str, phone: str, email: str) -> Shape:
    return shape({name: "Name", phone: "Telephone", email: "ElectronicMail"})


_SELLER: Final = shape(
    {
        "BT-27": "PartyLegalEntity/RegistrationName",
        "BT-28": "PartyName/Name",
        "BT-29": "PartyIdentification/ID[@schemeID!=SEPA]",
        "BT-30": "PartyLegalEntity/CompanyID",
        "BT-31": _VAT,
        "BT-32": "PartyTaxScheme[TaxScheme/ID!=VAT]/CompanyID",
        "BT-33": "PartyLegalEntity/CompanyLegalForm",
        "BT-34": "EndpointID",
    },
    (
        "BG-5",
        "PostalAddress",
        _address("BT-35", "BT-36", "BT-162", ("BT-37", "BT-38", "BT-39", "BT-40")),
    ),
    ("BG-6", "Contact", _contact("BT-41", "BT-42", "BT-43")),
)
_BUYER: Final = shape(
    {
        "BT-44": "PartyLegalEntity/RegistrationName",
        "BT-45": "PartyName/Name",
        "BT-46": "PartyIdentification/ID",
        "BT-47": "PartyLegalEntity/CompanyID",
        "BT-48": _VAT,
        "BT-49": "EndpointID",
    },
    (
        "BG-8",
        "PostalAddress",
        _address("BT-50", "BT-51", "BT-163", ("BT-52", "BT-53", "BT-54", "BT-55")),
    ),
    ("BG-9", "Contact", _contact("BT-56", "BT-57", "BT-58")),
)
_PAYEE: Final = shape(
    {
        "BT-59": "PartyName/Name",
        "BT-60": "PartyIdentification/ID[@schemeID!=SEPA]",
        "BT-61": "PartyLegalEntity/CompanyID",
    }
)
_REPRESENTATIVE: Final = shape(
    {"BT-62": "PartyName/Name", "BT-63": _VAT},
    (
        "BG-12",
        "PostalAddress",
        _address("BT-64", "BT-65", "BT-164", ("BT-66", "BT-67", "BT-68", "BT-69")),
    ),
)
_DELIVERY: Final = shape(
    {
        "BT-70": "DeliveryParty/PartyName/Name",
        "BT-71": "DeliveryLocation/ID",
        "BT-72": "ActualDeliveryDate",
    },
    (
        "BG-15",
        "DeliveryLocation/Address",
        _address("BT-75", "BT-76", "BT-165", ("BT-77", "BT-78", "BT-79", "BT-80")),
    ),
)
_PAYMENT: Final = shape(
    {
        "BT-81": "PaymentMeansCode",
        "BT-82": "PaymentMeansCode/@name",
        "BT-86": "PayeeFinancialAccount/FinancialInstitutionBranch/ID",
        "BT-89": "PaymentMandate/ID",
        "BT-91": "PaymentMandate/PayerFinancialAccount/ID",
    },
    ("BG-17", "PayeeFinancialAccount", shape({"BT-84": "ID", "BT-85": "Name"})),
    ("BG-18", "CardAccount", shape({"BT-87": "PrimaryAccountNumberID", "BT-88": "HolderName"})),
    ("BG-19", "PaymentMandate", shape({"BT-89": "ID", "BT-91": "PayerFinancialAccount/ID"})),
)


def _adjustment(first: int, *, taxed: bool) -> Terms:
    """Return the terms of an allowance or charge, whose ids follow each other from `first` on."""
    paths = ["Amount", "BaseAmount", "MultiplierFactorNumeric"]
    paths += ["TaxCategory/ID", "TaxCategory/Percent"] if taxed else []
    paths += ["AllowanceChargeReason", "AllowanceChargeReasonCode"]
    return {f"BT-{first + at}": path for at, path in enumerate(paths)}


_ALLOWED: Final = "AllowanceCharge[ChargeIndicator=false]"
_CHARGED: Final = "AllowanceCharge[ChargeIndicator=true]"
_LINE_TERMS: Final = {
    "BT-126": "ID",
    "BT-127": "Note",
    "BT-128": "DocumentReference[DocumentTypeCode=130]/ID",
    "BT-129": "InvoicedQuantity | CreditedQuantity",
    "BT-130": "InvoicedQuantity/@unitCode | CreditedQuantity/@unitCode",
    "BT-131": "LineExtensionAmount",
    "BT-132": "OrderLineReference/LineID",
    "BT-133": "AccountingCost",
}
_LINE_GROUPS: Final = (
    ("BG-26", "InvoicePeriod", shape({"BT-134": "StartDate", "BT-135": "EndDate"})),
    ("BG-27", _ALLOWED, shape(_adjustment(136, taxed=False))),
    ("BG-28", _CHARGED, shape(_adjustment(141, taxed=False))),
    (
        "BG-29",
        "Price",
        shape(
            {
                "BT-146": "PriceAmount",
                "BT-147": "AllowanceCharge/Amount",
                "BT-148": "AllowanceCharge/BaseAmount",
                "BT-149": "BaseQuantity",
                "BT-150": "BaseQuantity/@unitCode",
            }
        ),
    ),
    ("BG-30", "Item/ClassifiedTaxCategory", shape({"BT-151": "ID", "BT-152": "Percent"})),
    (
        "BG-31",
        "Item",
        shape(
            {
                "BT-153": "Name",
                "BT-154": "Description",
                "BT-155": "SellersItemIdentification/ID",
                "BT-156": "BuyersItemIdentification/ID",
                "BT-157": "StandardItemIdentification/ID",
                "BT-158": "CommodityClassification/ItemClassificationCode",
                "BT-159": "OriginCountry/IdentificationCode",
            },
            ("BG-32", "AdditionalItemProperty", shape({"BT-160": "Name", "BT-161": "Value"})),
        ),
    ),
)


def _lines(depth: int) -> Shape:
    """Return a line with lines below it, as far down as the extension is read."""
    below = (("BG-DEX-01", "SubInvoiceLine", _lines(depth - 1)),) if depth else ()
    return shape(_LINE_TERMS, *_LINE_GROUPS, *below)


DOCUMENT: Final = shape(
    {
        "BT-1": "ID",
        "BT-2": "IssueDate",
        "BT-3": "InvoiceTypeCode | CreditNoteTypeCode",
        "BT-5": "DocumentCurrencyCode",
        "BT-6": "TaxCurrencyCode",
        "BT-7": "TaxPointDate",
        "BT-8": "InvoicePeriod/DescriptionCode",
        "BT-9": "DueDate | PaymentMeans/PaymentDueDate",
        "BT-10": "BuyerReference",
        "BT-11": "ProjectReference/ID | AdditionalDocumentReference[DocumentTypeCode=50]/ID",
        "BT-12": "ContractDocumentReference/ID",
        "BT-13": "OrderReference/ID",
        "BT-14": "OrderReference/SalesOrderID",
        "BT-15": "ReceiptDocumentReference/ID",
        "BT-16": "DespatchDocumentReference/ID",
        "BT-17": "OriginatorDocumentReference/ID",
        "BT-18": "AdditionalDocumentReference[DocumentTypeCode=130]/ID",
        "BT-19": "AccountingCost",
        "BT-20": "PaymentTerms/Note",
        "BT-23": "ProfileID",
        "BT-24": "CustomizationID",
        "BT-83": "PaymentMeans/PaymentID",
        "BT-89": "PaymentMeans/PaymentMandate/ID",
        "BT-90": "AccountingSupplierParty/Party/PartyIdentification/ID[@schemeID=SEPA]"
        " | PayeeParty/PartyIdentification/ID[@schemeID=SEPA]",
        "BT-110": "TaxTotal/TaxAmount",
    },
    ("BG-1", "Note", shape({"BT-22": "."})),
    (
        "BG-3",
        "BillingReference",
        shape(
            {
                "BT-25": "InvoiceDocumentReference/ID",
                "BT-26": "InvoiceDocumentReference/IssueDate",
            }
        ),
    ),
    # Not of EN 16931, but of UBL: cash discounts in elements of their own.
    (
        "DISCOUNT",
        "PaymentTerms",
        shape(
            {
                "FROM": "SettlementPeriod/StartDate",
                "UNTIL": "SettlementPeriod/EndDate",
                "SPAN": "SettlementPeriod/DurationMeasure",
                "PERCENT": "SettlementDiscountPercent",
                "AMOUNT": "SettlementDiscountAmount",
                "BASE": "Amount",
            }
        ),
    ),
    ("BG-4", "AccountingSupplierParty/Party", _SELLER),
    ("BG-7", "AccountingCustomerParty/Party", _BUYER),
    ("BG-10", "PayeeParty", _PAYEE),
    ("BG-11", "TaxRepresentativeParty", _REPRESENTATIVE),
    ("BG-13", "Delivery", _DELIVERY),
    ("BG-14", "InvoicePeriod", shape({"BT-73": "StartDate", "BT-74": "EndDate"})),
    ("BG-16", "PaymentMeans", _PAYMENT),
    ("BG-20", _ALLOWED, shape(_adjustment(92, taxed=True))),
    ("BG-21", _CHARGED, shape(_adjustment(99, taxed=True))),
    (
        "BG-22",
        "LegalMonetaryTotal",
        shape(
            {
                "BT-106": "LineExtensionAmount",
                "BT-107": "AllowanceTotalAmount",
                "BT-108": "ChargeTotalAmount",
                "BT-109": "TaxExclusiveAmount",
                "BT-112": "TaxInclusiveAmount",
                "BT-113": "PrepaidAmount",
                "BT-114": "PayableRoundingAmount",
                "BT-115": "PayableAmount",
            }
        ),
    ),
    (
        "BG-23",
        "TaxTotal/TaxSubtotal",
        shape(
            {
                "BT-116": "TaxableAmount",
                "BT-117": "TaxAmount",
                "BT-118": "TaxCategory/ID",
                "BT-119": "TaxCategory/Percent",
                "BT-120": "TaxCategory/TaxExemptionReason",
                "BT-121": "TaxCategory/TaxExemptionReasonCode",
            }
        ),
    ),
    (
        "BG-24",
        "AdditionalDocumentReference[DocumentTypeCode!=130][DocumentTypeCode!=50]",
        shape(
            {
                "BT-122": "ID",
                "BT-123": "DocumentDescription",
                "BT-124": "Attachment/ExternalReference/URI",
                "BT-125": "Attachment/EmbeddedDocumentBinaryObject",
            }
        ),
    ),
    ("BG-25", "InvoiceLine | CreditNoteLine", _lines(5)),
    (
        "BG-DEX-09",
        "PrepaidPayment",
        shape({"BT-DEX-001": "ID", "BT-DEX-002": "PaidAmount", "BT-DEX-003": "InstructionID"}),
    ),
)
