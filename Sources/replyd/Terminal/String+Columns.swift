import Responder

extension String {
    /// Returns the text padded with spaces to `width` columns.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - columns, 0))
    }

    /// Returns the beginning of the text and a `…` if the text takes more than `width` columns or has more than 16
    /// scalars for each column; otherwise the whole text.
    func shortened(to width: Int) -> String {
        let (limit, isUnlimited) = width.multipliedReportingOverflow(by: 16)
        guard columns > width || !isUnlimited && unicodeScalars.count > limit else { return self }
        var columns = width - 1
        var scalars = limit - 1
        let whole = prefix { character in
            columns -= character.columns
            scalars -= character.unicodeScalars.count
            return columns >= 0 && (isUnlimited || scalars >= 0)
        }
        if whole.isEmpty, let first, first.columns < width {
            // The first character alone is too long, and no terminal shows all its marks, so only some of its scalars
            // are kept.
            return String(String.UnicodeScalarView(unicodeScalars.prefix(limit - 1))) + "…"
        }
        return whole + "…"
    }
}
