//! Several libraries at once, one listener each.

use std::sync::Arc;

use crate::{
    clock::SimClock,
    flow::FlowEntry,
    library::{FarSide, Library, StartError},
    set_file::PlayedLibrary,
    symbol::{agency_id, same_agency},
};

/// Running libraries.
#[derive(Debug)]
pub struct SimulatedSet {
    libraries: Vec<Library>,
}

impl SimulatedSet {
    /// Starts each; when one cannot start, those before it are stopped again.
    ///
    /// # Errors
    /// When a port cannot be had or a URL is none.
    pub async fn start(
        libraries: &[PlayedLibrary],
        clock: &SimClock,
        on_exchange: Arc<dyn Fn(&FlowEntry) + Send + Sync>,
    ) -> Result<Self, StartError> {
        let mut set = SimulatedSet { libraries: Vec::new() };
        for played in libraries {
            let heard = on_exchange.clone();
            let started =
                Library::start_watched(played.config.clone(), clock.clone(), move |entry| heard(entry)).await;
            match started {
                Ok(library) => {
                    library.take_scenarios(played.named.clone(), played.titles.clone());
                    set.libraries.push(library);
                }
                Err(problem) => {
                    set.stop().await;
                    return Err(problem);
                }
            }
        }
        Ok(set)
    }

    /// The libraries, in the order given.
    pub fn libraries(&self) -> &[Library] {
        &self.libraries
    }

    /// The library with this symbol.
    pub fn library(&self, symbol: &str) -> Option<&Library> {
        let wanted = agency_id(symbol);
        self.libraries.iter().find(|library| same_agency(&library.config().symbol, &wanted))
    }

    /// Turns all of them to another far side.
    ///
    /// # Errors
    /// When its URL is none.
    pub fn turn_to(&self, side: &FarSide) -> Result<(), StartError> {
        self.libraries.iter().try_for_each(|library| library.turn_to(side))
    }

    /// Stops all of them at once.
    pub async fn stop(self) {
        for library in self.libraries {
            library.stop().await;
        }
    }
}
