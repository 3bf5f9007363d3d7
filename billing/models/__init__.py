from billing.models.archives import UsageArchive
from billing.models.catalogue import AddOn, Meter, Price, Service
from billing.models.charges import Charge, Settlement, UsageDay, UsageHour
from billing.models.claims import ClaimEvidence, ClaimHead, MemberClaim, PenaltySheet
from billing.models.corrections import UsageCorrection, UsageHourShift
from billing.models.credit_notes import CreditLine, CreditNote, CreditProposal
from billing.models.disputes import Dispute
from billing.models.documents import BusinessProfile, DocumentFile
from billing.models.exchange import ExchangeRate
from billing.models.firm_credits import FirmCreditLine, FirmCreditNote, FirmCreditProposal
from billing.models.firm_invoices import FirmInvoice, FirmInvoiceLine, FirmPayment, FirmTaxInvoice
from billing.models.firm_payouts import FirmPayout
from billing.models.firms import Firm
from billing.models.gateway_events import GatewayEvent
from billing.models.holds import HeldUse
from billing.models.invoices import AgedDebt, BillingMonth, Invoice, InvoiceLine, InvoicePayment, InvoiceSeries
from billing.models.liability import Compensation, LiabilityClaim, LiabilityHead
from billing.models.limits import OwnLimits
from billing.models.objections import FeeObjection
from billing.models.payments import Payment, PaymentAgreement, PaymentMethod
from billing.models.promotions import PricePromotion, PromotionJoined
from billing.models.purchases import Purchase
from billing.models.recharging import RechargeCycle, RechargePlan, RechargeStep
from billing.models.refund_policies import RefundPolicy
from billing.models.refunds import HandPayment, Refund, RefundLine, SetOff
from billing.models.reinvoicing import Reinvoice
from billing.models.repayments import Repayment
from billing.models.sandbox import SandboxCharge, SandboxDetachment, SandboxMessage, SandboxRefund, SandboxSetup
from billing.models.setups import CardSetup
from billing.models.steps import UsageSteps
from billing.models.tax_invoices import TaxInvoice, TaxItem
from billing.models.tiers import Tier, TierTable
from billing.models.topping import TopUp
from billing.models.trials import Trial, TrialOffer
from billing.models.usage import UsageBatch, UsageEvent, UsageImport, UsageTally
from billing.models.waivers import LateFeeWaiver

__all__ = [
    "AddOn",
    "AgedDebt",
    "BillingMonth",
    "BusinessProfile",
    "CardSetup",
    "Charge",
    "ClaimEvidence",
    "ClaimHead",
    "Compensation",
    "Dispute",
    "DocumentFile",
    "GatewayEvent",
    "CreditLine",
    "CreditNote",
    "CreditProposal",
    "ExchangeRate",
    "FeeObjection",
    "Firm",
    "FirmCreditLine",
    "FirmCreditNote",
    "FirmCreditProposal",
    "FirmInvoice",
    "FirmInvoiceLine",
    "FirmPayment",
    "FirmPayout",
    "FirmTaxInvoice",
    "HandPayment",
    "HeldUse",
    "Invoice",
    "InvoiceLine",
    "InvoicePayment",
    "InvoiceSeries",
    "LateFeeWaiver",
    "LiabilityClaim",
    "LiabilityHead",
    "MemberClaim",
    "Meter",
    "OwnLimits",
    "Payment",
    "PaymentAgreement",
    "PaymentMethod",
    "PenaltySheet",
    "Price",
    "PricePromotion",
    "PromotionJoined",
    "Purchase",
    "Reinvoice",
    "Refund",
    "RefundLine",
    "RefundPolicy",
    "Repayment",
    "RechargeCycle",
    "RechargePlan",
    "RechargeStep",
    "SetOff",
    "SandboxCharge",
    "SandboxDetachment",
    "SandboxMessage",
    "SandboxRefund",
    "SandboxSetup",
    "Service",
    "Settlement",
    "TaxInvoice",
    "TaxItem",
    "Tier",
    "TierTable",
    "TopUp",
    "Trial",
    "TrialOffer",
    "UsageArchive",
    "UsageBatch",
    "UsageCorrection",
    "UsageDay",
    "UsageEvent",
    "UsageHour",
    "UsageHourShift",
    "UsageImport",
    "UsageSteps",
    "UsageTally",
]
