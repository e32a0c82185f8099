extension Int64 {
    /// Returns the sum, or the nearest number that there is.
    func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? other < 0 ? .min : .max : sum
    }

    /// Returns the difference, or the nearest number that there is.
    func saturatingSubtract(_ other: Int64) -> Int64 {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        return isBeyond ? other < 0 ? .max : .min : difference
    }

    /// Returns the product, or the nearest number that there is.
    func saturatingMultiply(_ other: Int64) -> Int64 {
        let (product, isBeyond) = multipliedReportingOverflow(by: other)
        return isBeyond ? (self < 0) == (other < 0) ? .max : .min : product
    }
}
