import ArgumentParser
@main struct Replyd: ParsableCommand { func run() {} }
