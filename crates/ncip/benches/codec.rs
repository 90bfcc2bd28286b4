//! Reading and writing a user's loans in both versions, beside bare namespace-resolved events over the same bytes in the same run. What
//! counts is the ratio.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ncip::{Message, ReadOptions, Version, WriteOptions, read, write};
use quick_xml::{NsReader, events::Event};

const LOANS: &[u8] = include_bytes!("loans-1.xml");

fn codec(criterion: &mut Criterion) {
    let message = loans();
    for version in [Version::V1_0, Version::V2_02] {
        let options = WriteOptions::new(version);
        let bytes = write(&message, &options).expect("it is valid").bytes;
        let mut group = criterion.benchmark_group(format!("a user's loans, {version}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("bare events", |bench| bench.iter(|| bare_events(black_box(&bytes))));
        group.bench_function("read", |bench| bench.iter(|| read(black_box(&bytes), &ReadOptions::default())));
        group.bench_function("write", |bench| bench.iter(|| write(black_box(&message), &options)));
        group.finish();
    }
}

fn loans() -> Message {
    let reading = read(LOANS, &ReadOptions::default()).expect("the sample can be read");
    assert_eq!(reading.diagnostics, []);
    reading.message
}

/// Reads every event with its namespace resolved, and nothing more; counts the elements.
fn bare_events(bytes: &[u8]) -> usize {
    let mut reader = NsReader::from_reader(bytes);
    let mut buffer = Vec::new();
    let mut elements = 0;
    loop {
        match reader.read_resolved_event_into(&mut buffer).expect("the sample is well-formed") {
            (namespace, Event::Start(_) | Event::Empty(_)) => {
                black_box(namespace);
                elements += 1;
            }
            (_, Event::Eof) => return elements,
            _ => {}
        }
        buffer.clear();
    }
}

criterion_group!(benches, codec);
criterion_main!(benches);
