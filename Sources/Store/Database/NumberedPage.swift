/// A part of a list in the order of numbers, the largest first.
struct NumberedPage<Element> {
    var elements: [Element] = []
    /// The number below which the next page begins; `nil` if this is the last one.
    var next: Int64?

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - numbers: The numbers of the elements, one more than `limit` if there are as many.
    ///   - limit: The largest number of elements.
    ///   - fits: Whether the page budget allows another element; called for each one but the first.
    ///   - read: Reads an element; `nil` if there is none, which a damaged database can cause.
    init(
        of numbers: [Int64], limit: Int, fits: (Element) -> Bool, read: (_ number: Int64) throws -> Element?
    ) rethrows {
        for number in numbers.prefix(limit) {
            if let element = try read(number) {
                guard elements.isEmpty || fits(element) else { return }
                elements.append(element)
            }
            next = number
        }
        if numbers.count <= limit { next = nil }
    }
}
