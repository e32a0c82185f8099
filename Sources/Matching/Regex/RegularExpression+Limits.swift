/// The bounds of one match.
extension RegularExpression {
    /// The most steps that one match may take (PCRE2's match limit): some milliseconds.
    public static let matchLimit: UInt32 = 100_000
    /// The length up to which a text is searched, in Unicode scalars: WhatsApp lets nobody write more.
    public static let textLimit = 4096
    /// The most work that one match may take, as ``MatchingWork`` counts it, beyond the least work of a long pattern:
    /// half a millisecond to five. A limit on steps alone is not enough, because steps are counted anew from each place
    /// of the text, and steps within `.*` are not counted at all.
    public static let workLimit = 2_000_000
    /// The length, in Unicode scalars, up to which work is not counted: even its cube is little work.
    static let uncountedLength = 256
}
