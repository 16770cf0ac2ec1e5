"""The fields that a column can go into, what each must be, and what its columns are called.

The names are those of the records that the API takes; what belongs to the account beside them
begins with "account.", "contact." or "address.".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

FieldType = Literal["text", "number", "day", "amount", "whole", "flag", "labels", "kind"]
"""number: of a document or an account, which is a text, whatever its digits; whole: a count."""


@dataclass(frozen=True, slots=True)
class Field:
    """`words` are how columns that hold it are called, in German, English, Dutch and French; those
    with "=" are the whole name, the others a part of it.
    """

    name: str
    type: FieldType
    what: str
    words: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


_FIELDS: Final = (
    Field(
        "number",
        "number",
        "the document's number",
        _words(
            "rechnungsnummer, rechnungsnr, rechnungs nr, rechnung nr, re nr, belegnummer, belegnr, "
            "beleg nr, =rechnung, =beleg, belegfeld 1, op nummer, opos nr, invoice number, "
            "invoice no, invoice nr, =invoice, document number, doc no, factuurnummer, factuurnr, "
            "=factuur, boekstuknummer, numéro de facture, no facture, n° facture, num facture, "
            "=facture, numéro de pièce"
        ),
    ),
    Field(
        "account",
        "number",
        "the debtor's number",
        _words(
            "kundennummer, kundennr, kunden nr, kd nr, debitorennummer, debitorennr, debitor, "
            "=konto, kontonummer, personenkonto, =kunde, customer number, customer no, "
            "customer id, account number, account no, =customer, =account, debtor number, "
            "debtor no, debtor, klantnummer, klantnr, debiteurnummer, debiteurnr, debiteur, "
            "relatiecode, numéro client, n° client, no client, code client, compte client, "
            "compte tiers, =client"
        ),
    ),
    Field(
        "issued_on",
        "day",
        "the day of issue",
        _words(
            "rechnungsdatum, belegdatum, re datum, rechnung vom, =datum, invoice date, issue date, "
            "document date, =date, factuurdatum, boekdatum, date de facture, date facture, "
            "date de pièce, date d'émission"
        ),
    ),
    Field(
        "due_on",
        "day",
        "the last day to pay",
        _words(
            "fällig, faellig, fälligkeit, fälligkeitsdatum, fällig am, zahlbar bis, due date, "
            "due on, =due, vervaldatum, vervaldag, uiterste betaaldatum, échéance, "
            "date d'échéance, echeance"
        ),
    ),
    Field(
        "due_days",
        "whole",
        "days from issue to the last day to pay, where no due date stands",
        _words("zahlungsziel, zahlungsfrist, ziel tage, net days, payment days, betaaltermijn, "
               "délai de paiement"),
    ),
    Field(
        "amount",
        "amount",
        "what is still to be paid, VAT included",
        _words(
            "offener betrag, offen, restbetrag, saldo, op betrag, rechnungsbetrag, bruttobetrag, "
            "brutto, betrag, open amount, amount due, balance, outstanding, remaining, gross, "
            "amount, total, openstaand, openstaand bedrag, bedrag, te betalen, solde, "
            "restant dû, reste à payer, montant ttc, montant"
        ),
    ),
    Field("currency", "text", "ISO 4217, as EUR", _words(
        "währung, waehrung, wkz, currency, valuta, devise, monnaie")),
    Field("description", "text", "what it is for, shown to payers", _words(
        "buchungstext, beschreibung, betreff, bezeichnung, description, subject, omschrijving, "
        "libellé, libelle, objet")),
    Field("order_reference", "text", "the debtor's order", _words(
        "auftragsnummer, auftragsnr, auftrag, bestellnummer, bestellnr, bestellung, order number, "
        "order no, po number, purchase order, your reference, bestelnummer, ordernummer, "
        "numéro de commande, commande")),
    Field("payment_terms", "text", "the terms as printed", _words(
        "zahlungsbedingung, zahlungsbedingungen, payment terms, betalingsvoorwaarden, "
        "conditions de paiement")),
    Field("received_on", "day", "the day on which the debtor had it"),
    Field("already_sent", "flag", "the debtor has it from elsewhere"),
    Field("due_date_agreed", "flag", "the due date was agreed in the contract"),
    Field("stage", "whole", "the last reminder that another system sent, 0: none", _words(
        "mahnstufe, mahnst, mahnkennzeichen, reminder level, reminder stage, dunning level, "
        "reminders sent, aanmaningsniveau, herinneringsniveau, aantal herinneringen, "
        "niveau de relance, nombre de relances")),
    Field("last_reminder_on", "day", "its day", _words(
        "letzte mahnung, letztes mahndatum, mahndatum, gemahnt am, last reminder, reminder date, "
        "last dunning date, laatste herinnering, laatste aanmaning, dernière relance, "
        "date de relance")),
    Field("blocked", "flag", "another system had blocked its reminders", _words(
        "mahnsperre, gesperrt, dunning block, reminder block, blocked, on hold, geblokkeerd, "
        "blokkade, blocage relance, bloqué")),
    Field("collection", "text", "legal-case, insolvency or hardship; empty or none for neither",
          _words("inkasso, inkassostatus, collection status, collection state, collections, "
                 "incasso, incassostatus, contentieux, recouvrement")),
    Field("kind", "kind", "invoice, credit-note, payment, account, or leave-out", _words(
        "belegart, dokumentart, document type, doc type, =type, =typ, soort, "
        "type de pièce, type de document")),
    Field("invoice", "number", "the invoice that a credit note reduces", _words(
        "bezug, bezugsrechnung, zu rechnung, applies to, original invoice, corrects invoice, "
        "betreft factuur, facture d'origine")),
    Field("reason", "text", "why there is a credit note"),
    Field("payment.id", "number", "your own number of a payment; the same again is the same one"),
    Field("payment.received_on", "day", "the day on which it was taken"),
    Field("payment.method", "text", "cash, card-terminal, cheque, or other"),
    Field("account.name", "text", "the debtor's name", _words(
        "kundenname, debitorname, firma, =name, name 1, name1, kundenbezeichnung, customer name, "
        "company, debtor name, klantnaam, bedrijfsnaam, naam, nom du client, nom client, "
        "raison sociale, =nom")),
    Field("account.kind", "text", "business or consumer"),
    Field("account.country", "text", "ISO 3166, as DE", _words(
        "land, ländercode, country, landcode, pays")),
    Field("account.language", "text", "ISO 639-1, as de", _words(
        "sprache, language, taal, langue")),
    Field("account.time_zone", "text", "IANA, as Europe/Berlin"),
    Field("account.region", "text", "ISO 3166-2, as DE-BY"),
    Field("account.reference", "text", "what the debtor calls itself or the creditor"),
    Field("account.size", "text", "your word for it"),
    Field("account.industry", "text", "your word for it", _words("branche, industry, secteur")),
    Field("account.risk_class", "text", "your word for it", _words(
        "risikoklasse, bonität, risk class, risicoklasse, classe de risque")),
    Field("account.labels", "labels", "your words, by commas"),
    Field("account.follow_up", "text", "automatic or manual"),
    Field("account.policy", "text", "a reminder policy"),
    Field("contact.name", "text", "a person or a department", _words(
        "ansprechpartner, contact person, contactpersoon, interlocuteur, =contact, =kontakt")),
    Field("contact.email", "text", "where mail goes", _words(
        "e-mail, email, mail, e mail, courriel, mél")),
    Field("contact.phone", "text", "for people to call", _words(
        "telefon, telefoon, phone, =tel, téléphone, mobil")),
    Field("address.line", "text", "street and house number", _words(
        "straße, strasse, anschrift, street, address line 1, =address, straat, =adres, adresse, "
        "=rue")),
    Field("address.line_2", "text", "what stands above them", _words(
        "adresszusatz, address line 2, complément d'adresse")),
    Field("address.postal_code", "number", "as the country writes it", _words(
        "postleitzahl, plz, postal code, postcode, zip, code postal")),
    Field("address.city", "text", "the town", _words(
        "ort, stadt, city, town, plaats, woonplaats, ville")),
    Field("address.country", "text", "ISO 3166, where it is not the account's"),
)  # fmt: skip

FIELDS: Final = {field.name: field for field in _FIELDS}

KINDS: Final = ("invoice", "credit-note", "account", "payment", "leave-out")
"""What a row can be. Payments are taken where the mapping has `payment.id`, and else told as such
and refused: most come from the bank and by providers."""

PAYMENT_ID: Final = "payment.id"

COLLECTION: Final = ("legal-case", "insolvency", "hardship")
"""States of collection that hold reminders; the kinds of holds that people place."""

OPENING: Final = frozenset({"stage", "last_reminder_on", "blocked", "collection"})
NEEDED: Final = {
    "invoice": ("number", "account", "issued_on", "amount", "currency"),
    "credit-note": ("number", "invoice", "issued_on", "amount", "currency"),
    "account": ("account", "account.name", "account.kind"),
    "payment": ("number", "amount", "currency", "payment.received_on"),
}
"""The fields without which no row of a kind can be taken; an invoice has `due_on` or `due_days`
besides. Of payments, where they are taken."""
