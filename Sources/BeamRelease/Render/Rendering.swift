/// A file while it is rendered: the result, and where each value went, so that a place in it leads back to the original.
struct Rendering {
    /// What stands in the result for a placeholder.
    struct Insertion {
        var bytes: Range<Int>
        var slot: Slot
    }

    /// How long a result may be: values that are used often could make a small file very large.
    static let longest = Consult.longestText

    let original: [UInt8]
    let file: String
    private(set) var result: [UInt8] = []
    private(set) var insertions: [Insertion] = []
    private(set) var problems: [RenderProblem] = []
    private var copied = 0

    init(_ original: [UInt8], file: String) {
        self.original = original
        self.file = file
        result.reserveCapacity(original.count + original.count / 4)
    }

    /// Copies up to a placeholder and puts something in its stead; `write` says what is wrong, or nil.
    mutating func replace(_ slot: Slot, _ write: (inout [UInt8]) -> String?) {
        result += original[copied..<slot.bytes.lowerBound]
        copied = slot.bytes.upperBound
        let start = result.count
        if let reason = write(&result) {
            result.removeSubrange(start...)
            refuse(slot, reason)
        }
        insertions.append(Insertion(bytes: start..<result.count, slot: slot))
    }

    /// Copies what is left.
    mutating func finish() {
        result += original[copied...]
        copied = original.count
    }

    var isTooLong: Bool { result.count > Self.longest }

    /// One more problem; no more are kept than are told.
    mutating func refuse(_ slot: Slot, _ reason: String) {
        guard problems.count < RenderError.mostProblems else { return }
        problems.append(
            RenderProblem(file: file, line: slot.line, column: slot.column, variable: slot.name, reason: reason))
    }

    /// One more problem that is at a byte of the original.
    mutating func refuse(at offset: Int, _ reason: String) {
        guard problems.count < RenderError.mostProblems else { return }
        var place = TextPlace()
        place.advance(to: offset, in: original)
        problems.append(RenderProblem(file: file, line: place.line, column: place.column, variable: nil, reason: reason))
    }

    /// The byte of the original that a byte of the result is, outside of values.
    func originalOffset(of offset: Int) -> Int {
        guard let before = insertions.last(where: { $0.bytes.upperBound <= offset }) else { return offset }
        return min(before.slot.bytes.upperBound + offset - before.bytes.upperBound, original.count)
    }
}
