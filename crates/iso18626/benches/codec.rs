//! Reading and writing a full request, beside bare namespace-resolved events over the same bytes in the same run. What counts is the ratio:
//! typed reading takes at most 1.4 times the bare events, and writing takes less than reading.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iso18626::{Edition, Message, ReadOptions, WriteOptions, read, write};
use quick_xml::{NsReader, events::Event};

const FULL_REQUEST: &[u8] = include_bytes!("full-request-1.2.xml");

fn codec(criterion: &mut Criterion) {
    let message = full_request();
    let options = WriteOptions::new(Edition::V1_2);
    assert_eq!(
        bare_events(FULL_REQUEST),
        bare_events(&write(&message, &options).expect("it is valid").bytes)
    );

    let mut group = criterion.benchmark_group("full request");
    group.throughput(Throughput::Bytes(FULL_REQUEST.len() as u64));
    group.bench_function("bare events", |bench| bench.iter(|| bare_events(black_box(FULL_REQUEST))));
    group.bench_function("bare events, borrowed", |bench| {
        bench.iter(|| borrowed_events(black_box(FULL_REQUEST)))
    });
    group.bench_function("read", |bench| {
        bench.iter(|| read(black_box(FULL_REQUEST), &ReadOptions::default()))
    });
    group.bench_function("write", |bench| bench.iter(|| write(black_box(&message), &options)));
    group.finish();
}

fn full_request() -> Message {
    let reading = read(FULL_REQUEST, &ReadOptions::default()).expect("the sample can be read");
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

/// The same over a string that is known to be one, borrowing from it.
fn borrowed_events(bytes: &[u8]) -> usize {
    let text = std::str::from_utf8(bytes).expect("the sample is UTF-8");
    let mut reader = NsReader::from_str(text);
    let mut elements = 0;
    loop {
        match reader.read_resolved_event().expect("the sample is well-formed") {
            (namespace, Event::Start(_) | Event::Empty(_)) => {
                black_box(namespace);
                elements += 1;
            }
            (_, Event::Eof) => return elements,
            _ => {}
        }
    }
}

criterion_group!(benches, codec);
criterion_main!(benches);
