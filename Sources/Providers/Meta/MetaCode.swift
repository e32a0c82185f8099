import Responder

/// The error codes of Meta's Cloud API. The same code means the same in an answer and in a `failed` status.
///
/// Only 4, 80007, 130429 and 131056 show that nothing was sent: they are refused before a message is looked at.
struct MetaCode {
    /// What replyd does after a code.
    enum Class {
        /// The account is stopped until a person mends it; if it is restricted, it is left alone for a while.
        case account(rest: Duration? = nil)
        /// Nothing was sent, and the account must send more slowly.
        case tooFast
        /// Nothing was sent, and only this contact must get less.
        case tooFastForContact
        /// Meta had trouble; the message may have gone out.
        case doubtful
        /// The window is shut.
        case windowShut
        /// The message will never be accepted.
        case never
    }

    var kind: Class
    /// What has happened and what to do, in a sentence without its full stop.
    var text: String

    private init(_ kind: Class, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// Returns the meaning of a code; `nil` if it is unknown.
    ///
    /// - Parameter subcode: Meta's `error_subcode`, if it gave one.
    static func code(_ code: Int, subcode: Int? = nil) -> MetaCode? {
        // The same code says that a field is wrong and that the address names nothing.
        if code == 100 || code == 33, subcode == 33 || code == 33 { return wrongLine }
        if let known = known[code] { return known }
        return (200...299).contains(code) ? MetaCode(.account(), missingPermission) : nil
    }

    /// Every code with a meaning of its own.
    static var all: Set<Int> { Set(known.keys) }

    private static let wrongLine = MetaCode(
        .account(), "Meta knows no such number, or the token may not use it: check `phone_number_id` and `api_key`")

    private static let missingPermission =
        "the token lacks a permission: it needs whatsapp_business_messaging for this number"

    private static let registration =
        "the number is not registered at Meta: register it in WhatsApp Manager"

    private static let known: [Int: MetaCode] = [
        0: MetaCode(.account(), "Meta does not accept the token: make a new one and set `api_key`"),
        190: MetaCode(.account(), "the token has expired or was withdrawn: make a new one and set `api_key`"),
        3: MetaCode(.account(), missingPermission), 10: MetaCode(.account(), missingPermission),
        131005: MetaCode(.account(), missingPermission),
        368: MetaCode(
            .account(rest: .hours(2)),
            "Meta has blocked the account for a time because of its policy: see WhatsApp Manager"
        ),
        131031: MetaCode(.account(rest: .hours(2)), "Meta has locked the account: see WhatsApp Manager"),
        131042: MetaCode(.account(), "Meta can't charge for messages: check the payment method in WhatsApp Manager"),
        131045: MetaCode(.account(), registration), 133000: MetaCode(.account(), registration),
        133006: MetaCode(.account(), registration), 133010: MetaCode(.account(), registration),
        133015: MetaCode(.account(), registration),
        133005: MetaCode(.account(), "the two-step PIN is wrong: set it anew in WhatsApp Manager"),
        133008: MetaCode(.account(rest: .hours(2)), "the two-step PIN was guessed too often: wait, then set it anew"),
        133009: MetaCode(.account(rest: .hours(2)), "the two-step PIN was guessed too fast: wait, then set it anew"),
        133016: MetaCode(
            .account(rest: .hours(12)), "the number was registered too often and is locked for 72 hours"),
        131037: MetaCode(.account(), "Meta has not approved the number's display name yet: see WhatsApp Manager"),
        131048: MetaCode(
            .account(rest: .hours(2)),
            "Meta restricts the number because contacts block it or report it: see its quality in WhatsApp Manager"),
        131064: MetaCode(
            .account(rest: .hours(2)), "Meta restricts the account because templates are in a wrong category"),

        4: MetaCode(.tooFast, "the app calls Meta too often"),
        80007: MetaCode(.tooFast, "the WhatsApp Business Account calls Meta too often"),
        130429: MetaCode(.tooFast, "the number sends more messages a second than Meta allows: lower `rate`"),
        131056: MetaCode(.tooFastForContact, "too many messages to this contact in a short time"),

        1: MetaCode(.doubtful, "Meta had trouble of its own"), 2: MetaCode(.doubtful, "Meta was out of service"),
        131000: MetaCode(.doubtful, "something went wrong at Meta"),
        131016: MetaCode(.doubtful, "Meta was out of service"),
        131057: MetaCode(.doubtful, "Meta maintains the account"),
        133004: MetaCode(.doubtful, "Meta was out of service"),

        131047: MetaCode(.windowShut, "more than 24 hours since the contact's last message"),

        131026: MetaCode(
            .never, "WhatsApp can't deliver to this contact: no WhatsApp, an old version, or terms not accepted"),
        131049: MetaCode(.never, "Meta keeps back marketing templates for this contact; not before 24 hours"),
        131050: MetaCode(.never, "the contact has stopped marketing templates of this business"),
        130472: MetaCode(.never, "the contact is in an experiment of Meta and gets no marketing templates"),
        131036: MetaCode(.never, "the template could not be delivered while it was valid"),
        130403: MetaCode(.never, "the business has blocked this contact"),
        130497: MetaCode(.never, "the business may not write to contacts in this country"),
        131062: MetaCode(.never, "such a message needs the contact's phone number, which the contact hides"),
        131063: MetaCode(.never, "marketing templates are switched off for this account"),
        131030: MetaCode(.never, "a test number writes to numbers on its list alone: add the contact to it"),
        131021: MetaCode(.never, "the contact and the account are the same number"),
        131008: MetaCode(.never, "a field is missing in the request"),
        131009: MetaCode(.never, "a field of the request has a value that Meta does not take"),
        100: MetaCode(.never, "a field of the request is wrong"),
        135000: MetaCode(.never, "Meta could not use the request"),
        131051: MetaCode(.never, "Meta does not take messages of this type"),
        131052: MetaCode(.never, "the file could not be fetched: check its link"),
        131053: MetaCode(.never, "the file could not be fetched or is not of its kind: check its link, size and type"),
        132000: MetaCode(.never, "the template has another number of variables: correct the rule"),
        132012: MetaCode(.never, "a variable of the template has a wrong form: correct the rule"),
        132018: MetaCode(.never, "a variable of the template has a wrong form: correct the rule"),
        132001: MetaCode(.never, "there is no approved template of this name in this language"),
        132005: MetaCode(.never, "the template is too long with its variables filled in"),
        132007: MetaCode(.never, "the template breaks WhatsApp's policy"),
        132008: MetaCode(.never, "a variable of the template has a wrong form: correct the rule"),
        132015: MetaCode(.never, "Meta has paused the template because of its quality"),
        132016: MetaCode(.never, "Meta has disabled the template because of its quality"),
        137000: MetaCode(.never, "the contact's identity has changed"),
    ]
}
