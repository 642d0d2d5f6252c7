<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
  <context>
    <name>Chipwright</name>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Check training data</source>
      <translation>Comprobar datos de entrenamiento</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>chips,tiles,labels,annotations,validate,verify,quality,training,training data,dataset,deep learning,machine learning,segmentation,object detection,pascal voc,kitti,coco,yolo,mask rcnn,imagenet</source>
      <translation>recortes,teselas,etiquetas,anotaciones,validar,verificar,calidad,entrenamiento,datos de entrenamiento,conjunto de datos,aprendizaje profundo,aprendizaje automático,segmentación,detección de objetos,pascal voc,kitti,coco,yolo,mask rcnn,imagenet</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Finds what a training would stumble over in a dataset of chips.</source>
      <translation>Encuentra lo que haría fracasar un entrenamiento en un conjunto de recortes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Reads every file of a dataset and says what a training would stumble over: chips that cannot be read, labels without a chip, boxes outside of it, unknown classes, counts that are not true.

It takes datasets of all metadata formats of Export training data for deep learning, also those that other programs wrote. The format is found in the dataset.

An error spoils a training, a warning may be meant. The dataset is never changed.</source>
      <translation>Lee cada archivo de un conjunto de datos e indica con qué tropezaría un entrenamiento: recortes ilegibles, etiquetas sin recorte, rectángulos fuera de él, clases desconocidas, recuentos falsos.

Admite conjuntos de todos los formatos de metadatos de «Exportar datos de entrenamiento para aprendizaje profundo», también los escritos por otros programas. El formato se averigua en el conjunto.

Un error echa a perder un entrenamiento, un aviso puede ser intencionado. El conjunto de datos nunca se modifica.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Number of errors</source>
      <translation>Número de errores</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Number of warnings</source>
      <translation>Número de avisos</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Metadata format</source>
      <translation>Formato de metadatos</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Folder of the dataset</source>
      <translation>Carpeta del conjunto de datos</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>The folder that an export wrote, with the folder images in it.</source>
      <translation>La carpeta que escribió una exportación, con la carpeta images dentro.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Report</source>
      <translation>Informe</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>JSON files (*.json)</source>
      <translation>Archivos JSON (*.json)</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>All findings and their numbers, for programs to read.</source>
      <translation>Todos los hallazgos y sus cantidades, para que los lean programas.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Findings</source>
      <translation>Hallazgos</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>A table with a row for each finding: how severe it is, its kind, the file and what to do. Of each kind 100 are listed.</source>
      <translation>Una tabla con una fila por hallazgo: su gravedad, su tipo, el archivo y qué hacer. De cada tipo se listan 100.</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>unknown format</source>
      <translation>formato desconocido</translation>
    </message>
    <message>
      <location filename="../../algorithms/check_dataset.py"/>
      <source>Errors: {errors}, warnings: {warnings} ({format}).</source>
      <translation>Errores: {errors}, avisos: {warnings} ({format}).</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Cell size of the chips</source>
      <translation>Tamaño de celda de los recortes</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>In map units of the image. Left empty: the resolution of the image.</source>
      <translation>En unidades de mapa de la imagen. Vacío: la resolución de la imagen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Only within this extent</source>
      <translation>Solo dentro de esta extensión</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>In any coordinate system; widened to whole pixels. Left empty: the whole image.</source>
      <translation>En cualquier sistema de coordenadas; se amplía a píxeles enteros. Vacío: toda la imagen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Workers</source>
      <translation>Procesos de trabajo</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>A number (4) or a share of the processor's cores (50%). The dataset is the same whatever is given.</source>
      <translation>Un número (4) o una parte de los núcleos del procesador (50%). El conjunto de datos es el mismo en todos los casos.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Scheduler of a Dask cluster</source>
      <translation>Planificador de un clúster Dask</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>An address such as tcp://host:8786. The workers of the cluster then read and write, instead of this computer; they must see the image and the output folder under the same paths. The dataset is the same. Needs the Python package distributed.</source>
      <translation>Una dirección como tcp://host:8786. Entonces leen y escriben los procesos del clúster en lugar de este equipo; deben ver la imagen y la carpeta de salida en las mismas rutas. El conjunto de datos es el mismo. Necesita el paquete de Python distributed.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Export chips without labels as well</source>
      <translation>Exportar también los recortes sin etiquetas</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Off: only chips that some label reaches into.</source>
      <translation>Desactivado: solo los recortes a los que llega alguna etiqueta.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Number of the first chip</source>
      <translation>Número del primer recorte</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>The number that the first chip's file name carries.</source>
      <translation>El número que lleva el nombre de archivo del primer recorte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Format of the report</source>
      <translation>Formato del informe</translation>
    </message>
    <message>
      <location filename="../../algorithms/context_parameters.py"/>
      <source>Of the report that is written beside the dataset and shown among the results. html: a page with pictures, report.html. json and pjson: report.json for programs, compact or indented.</source>
      <translation>Del informe que se escribe junto al conjunto de datos y se muestra entre los resultados. html: una página con imágenes, report.html. json y pjson: report.json para programas, compacto o con sangría.</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Number of chips</source>
      <translation>Número de recortes</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Number of labels</source>
      <translation>Número de etiquetas</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Page of report</source>
      <translation>Página del informe</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>Footprints of the chips</source>
      <translation>Huellas de los recortes</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_outputs.py"/>
      <source>A polygon for every chip that is written, with its number, row, column and angle, its split, its labels of each class and its share of no-data. Takes a second look at the places of the chips, so it is only made if it is asked for.</source>
      <translation>Un polígono para cada recorte que se escribe, con su número, fila, columna y ángulo, su parte de la división, sus etiquetas de cada clase y su parte de NoData. Para ello se examinan por segunda vez los lugares de los recortes, así que solo se crea si se pide.</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>Export training data for deep learning</source>
      <translation>Exportar datos de entrenamiento para aprendizaje profundo</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>chips,image chips,tiles,patches,labels,annotations,samples,training,training data,train,dataset,deep learning,machine learning,neural network,ai,segmentation,semantic,instance,panoptic,object detection,bounding boxes,classification,change detection,masks,pascal voc,kitti,coco,yolo,obb,ultralytics,mask rcnn,imagenet,cyclegan,pix2pix,unet,arcgis</source>
      <translation>recortes,recortes de imagen,teselas,parches,etiquetas,anotaciones,muestras,entrenamiento,datos de entrenamiento,entrenar,conjunto de datos,aprendizaje profundo,aprendizaje automático,red neuronal,ia,segmentación,semántica,instancia,panóptica,detección de objetos,cajas delimitadoras,clasificación,detección de cambios,máscaras,pascal voc,kitti,coco,yolo,obb,ultralytics,mask rcnn,imagenet,cyclegan,pix2pix,unet,arcgis</translation>
    </message>
    <message>
      <location filename="../../algorithms/export_training_data.py"/>
      <source>Cuts an image into chips with labels to train a model with.</source>
      <translation>Corta una imagen en recortes con etiquetas para entrenar un modelo.</translation>
    </message>
    <message>
      <location filename="../../algorithms/footprint_layer.py"/>
      <source>Chip</source>
      <translation>Recorte</translation>
    </message>
    <message>
      <location filename="../../algorithms/footprint_layer.py"/>
      <source>Left out</source>
      <translation>Descartado</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Blacken pixels around the feature</source>
      <translation>Ennegrecer los píxeles alrededor del objeto</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Labeled_Tiles and Imagenet only: pixels become 0 whose centre lies outside of the feature that the chip is made for.</source>
      <translation>Solo Labeled_Tiles e Imagenet: pasan a 0 los píxeles cuyo centro queda fuera del objeto para el que se hace el recorte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Same size for all chips</source>
      <translation>Mismo tamaño para todos los recortes</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Labeled_Tiles and Imagenet only, which cut a chip for each label feature. On: every chip has the size set above and its feature in the middle. Off: it is cropped to the box around its feature.</source>
      <translation>Solo Labeled_Tiles e Imagenet, que cortan un recorte por cada objeto de etiqueta. Activado: cada recorte tiene el tamaño fijado arriba y su objeto en el centro. Desactivado: se recorta al rectángulo que rodea su objeto.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Second image</source>
      <translation>Segunda imagen</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Classified_Tiles and Export_Tiles: cut at the places of the first image, on its pixels, into the folder images2, for change detection and image translation; only chips that lie wholly on both. CycleGAN, which needs it: cut for itself, into the folder B, while the first goes into A.</source>
      <translation>Classified_Tiles y Export_Tiles: se corta en los lugares de la primera imagen y sobre sus píxeles, en la carpeta images2, para detección de cambios y traducción de imágenes; solo recortes que quedan por completo en ambas. CycleGAN, que la necesita: se corta por sí misma, en la carpeta B, y la primera en A.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Instances (features or raster)</source>
      <translation>Instancias (objetos o ráster)</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Panoptic_Segmentation only, which needs it: a feature for each single object, or a raster in which each object has a number of its own.</source>
      <translation>Solo Panoptic_Segmentation, que las necesita: un objeto espacial por cada cosa, o un ráster en el que cada cosa tiene su propio número.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Field with the class of the instances</source>
      <translation>Campo con la clase de las instancias</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Found like the class field of the labels when it is left empty. Of a raster, the column of its attribute table; without one, all objects are of class 1.</source>
      <translation>Se busca como el campo de clase de las etiquetas si se deja vacío. De un ráster, la columna de su tabla de atributos; sin ella, todas las cosas son de la clase 1.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>Least share of a feature within the chip</source>
      <translation>Parte mínima de un objeto dentro del recorte</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_parameters.py"/>
      <source>From 0 to 1. A feature of which less lies within a chip is no label of that chip: 0.2 leaves out what is cut off by more than 80 percent.</source>
      <translation>De 0 a 1. Un objeto del que quede menos dentro de un recorte no es etiqueta de él: 0.2 descarta lo que está cortado en más de un 80 por ciento.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in an XML file for each chip.</source>
      <translation>Un rectángulo alrededor de cada objeto, en un archivo XML por recorte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in a text file for each chip.</source>
      <translation>Un rectángulo alrededor de cada objeto, en un archivo de texto por recorte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The class of each pixel, as an image. With a second image, pairs to detect changes.</source>
      <translation>La clase de cada píxel, como imagen. Con una segunda imagen, pares para detectar cambios.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The pixels of each single object, as an image for each class.</source>
      <translation>Los píxeles de cada objeto individual, como una imagen por clase.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>One class for each chip; every feature has a chip of its own.</source>
      <translation>Una clase por recorte; cada objeto tiene su propio recorte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The names of all classes in each chip.</source>
      <translation>Los nombres de todas las clases en cada recorte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>Chips without labels. With a second image, pairs of the same place.</source>
      <translation>Recortes sin etiquetas. Con una segunda imagen, pares del mismo lugar.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>Chips of two images, A and B, to turn the one style into the other.</source>
      <translation>Recortes de dos imágenes, A y B, para convertir un estilo en el otro.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A folder of chips for each class; every feature has a chip of its own.</source>
      <translation>Una carpeta de recortes por clase; cada objeto tiene su propio recorte.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>The class of each pixel and the pixels of each single object.</source>
      <translation>La clase de cada píxel y los píxeles de cada objeto individual.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, in the layout form of XML files.</source>
      <translation>Un rectángulo alrededor de cada objeto, en la forma «layout» de los archivos XML.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box and a polygon for each object, in one JSON file for all chips.</source>
      <translation>Un rectángulo y un polígono por objeto, en un archivo JSON para todos los recortes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A box around each object, as Ultralytics reads it to detect objects.</source>
      <translation>Un rectángulo alrededor de cada objeto, como lo lee Ultralytics para detectar objetos.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A turned box around each object, as Ultralytics reads it.</source>
      <translation>Un rectángulo girado alrededor de cada objeto, como lo lee Ultralytics.</translation>
    </message>
    <message>
      <location filename="../../algorithms/format_texts.py"/>
      <source>A polygon around each object, as Ultralytics reads it to segment.</source>
      <translation>Un polígono alrededor de cada objeto, como lo lee Ultralytics para segmentar.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>When the folder already holds a dataset</source>
      <translation>Si la carpeta ya contiene un conjunto de datos</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>refuse: it is not touched. append: chips are added, with the numbers after its last; what does not fit to it is refused. replace: it is made anew; the old one is only gone when the new one is whole. resume: an export that was cancelled, failed or was killed goes on, with the same settings and sources.</source>
      <translation>refuse: no se toca. append: se añaden recortes, numerados tras el último; lo que no encaja se rechaza. replace: se hace de nuevo; el antiguo solo desaparece cuando el nuevo está completo. resume: una exportación cancelada, fallida o interrumpida continúa, con los mismos ajustes y fuentes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Chips at the edge of the image</source>
      <translation>Recortes en el borde de la imagen</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>drop: only whole chips. shift: the last chip of a row or column moves inwards. pad: it is filled up with no-data, and chips may be larger than the image.</source>
      <translation>drop: solo recortes enteros. shift: el último de una fila o columna se desplaza hacia dentro. pad: se rellena con NoData, y los recortes pueden ser mayores que la imagen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Compression of TIFF and MRF chips</source>
      <translation>Compresión de los recortes TIFF y MRF</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Without loss. TIFF: DEFLATE is read by nearly everything, LZW by most. ZSTD takes least time, but GDAL and readers must be built with it: OpenCV and older versions of Pillow (and so torchvision) are not. MRF: DEFLATE or ZSTD. PNG and JPEG chips have a compression of their own. Label images, always TIFF, are compressed by DEFLATE unless this is NONE.</source>
      <translation>Sin pérdida. TIFF: DEFLATE lo lee casi todo, LZW la mayoría. ZSTD es el más rápido, pero GDAL y los lectores deben estar compilados con él: OpenCV y versiones antiguas de Pillow (y por tanto torchvision) no lo están. MRF: DEFLATE o ZSTD. PNG y JPEG tienen su propia compresión. Las imágenes de etiquetas, siempre TIFF, se comprimen con DEFLATE salvo con NONE.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>JPEG quality</source>
      <translation>Calidad JPEG</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 10 to 100; for JPEG chips.</source>
      <translation>De 10 a 100; para recortes JPEG.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>PNG compression level</source>
      <translation>Nivel de compresión PNG</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>For PNG chips: 0 does not compress, 1 is fast, 2 to 9 make files up to a tenth or so smaller and take several times as long.</source>
      <translation>Para recortes PNG: 0 no comprime, 1 es rápido, de 2 a 9 los archivos son hasta una décima parte menores y se tarda varias veces más.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Use only the selected features of the label layer</source>
      <translation>Usar solo los objetos seleccionados de la capa de etiquetas</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Needs a label layer of the project with a selection.</source>
      <translation>Necesita una capa de etiquetas del proyecto con una selección.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Bands of the image, in this order</source>
      <translation>Bandas de la imagen, en este orden</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Such as 4,3,2. Left empty: all bands as they are.</source>
      <translation>Por ejemplo 4,3,2. Vacío: todas las bandas tal como están.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Scaling of pixel values to 8 bit</source>
      <translation>Escalado de los valores de píxel a 8 bits</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>One stretch for all chips, from all pixels of the image but no-data. minmax: from the least to the greatest value of a band. percentile: without the darkest and brightest pixels. stddev: two standard deviations about the mean. Where the image may have no-data, 0 stands for it.</source>
      <translation>Un mismo realce para todos los recortes, a partir de todos los píxeles de la imagen salvo NoData. minmax: del menor al mayor valor de una banda. percentile: sin los píxeles más oscuros ni más claros. stddev: dos desviaciones estándar alrededor de la media. Donde la imagen pueda tener NoData, lo representa el 0.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Percentiles of the scaling</source>
      <translation>Percentiles del escalado</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>For the scaling percentile: such as 2-98.</source>
      <translation>Para el escalado percentile: por ejemplo 2-98.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Most no-data in a chip</source>
      <translation>Parte máxima de NoData en un recorte</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 0 to 1: a chip with a greater share is left out; chips of nothing else always are.</source>
      <translation>De 0 a 1: un recorte con una parte mayor se descarta; los que no tienen otra cosa, siempre.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Most chips without labels for each chip with labels</source>
      <translation>Máximo de recortes sin etiquetas por cada recorte con etiquetas</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>With all chips exported: of those without labels, a random choice is kept. Left empty: all.</source>
      <translation>Si se exportan todos los recortes: de los que no tienen etiquetas se conserva una selección aleatoria. Vacío: todos.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Least labelled share of a chip</source>
      <translation>Parte etiquetada mínima de un recorte</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>From 0 to 1: a chip of which less is labelled is left out.</source>
      <translation>De 0 a 1: se descarta un recorte del que haya menos etiquetado.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Shares of training, validation and test</source>
      <translation>Partes de entrenamiento, validación y prueba</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Such as 80/10/10. The image is divided into blocks, balanced by labels of each class; chips that would share pixels with a chip of another part are left out. Written to splits.json and, for YOLO, COCO and PASCAL VOC, as their trainers expect it.</source>
      <translation>Por ejemplo 80/10/10. La imagen se divide en bloques, equilibrados por las etiquetas de cada clase; los recortes que compartirían píxeles con uno de otra parte se descartan. Se escribe en splits.json y, para YOLO, COCO y PASCAL VOC, como lo esperan sus entrenadores.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Seed of random choices</source>
      <translation>Semilla de las elecciones aleatorias</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>The same seed gives the same dataset.</source>
      <translation>La misma semilla da el mismo conjunto de datos.</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>Which class wins where labels overlap</source>
      <translation>Qué clase prevalece donde se solapan etiquetas</translation>
    </message>
    <message>
      <location filename="../../algorithms/further_parameters.py"/>
      <source>feature order: the later feature. smaller on top: the smaller feature. Or the name of a field of the labels: the feature with the greater value.</source>
      <translation>feature order: el objeto posterior. smaller on top: el objeto más pequeño. O el nombre de un campo de las etiquetas: el objeto con el valor mayor.</translation>
    </message>
    <message>
      <location filename="../../algorithms/gui/watched_dialog.py"/>
      <source>No class field is chosen: '{field}' is used.</source>
      <translation>No se ha elegido campo de clase: se usa '{field}'.</translation>
    </message>
    <message>
      <location filename="../../algorithms/gui/watched_dialog.py"/>
      <source>No class field is chosen: all features are of one class.</source>
      <translation>No se ha elegido campo de clase: todos los objetos son de una sola clase.</translation>
    </message>
    <message>
      <location filename="../../algorithms/help_panel.py"/>
      <source>The metadata formats:</source>
      <translation>Los formatos de metadatos:</translation>
    </message>
    <message>
      <location filename="../../algorithms/help_panel.py"/>
      <source>Chips are small images of one size, cut out of a large one. Each is written with its labels beside it, in the format that the training reads.

Choose the image, a layer with labels and the class field. Chip size and step are in pixels: with the defaults, chips of 256 × 256 pixels overlap by half. The metadata format decides what is written: boxes, class maps, masks or images only. The dialog shows the parameters that have a meaning for it.

Label features may be in any coordinate system. Points and lines need a buffer in formats that want areas. Filters and unsaved edits of the label layer are honoured; no layer is ever changed.

Every parameter explains itself when the mouse rests on it.</source>
      <translation>Los recortes (chips) son imágenes pequeñas de un mismo tamaño, cortadas de una grande. Cada uno se escribe con sus etiquetas, en el formato que lee el entrenamiento.

Elija la imagen, una capa con etiquetas y el campo de clase. El tamaño y el paso se dan en píxeles: con los valores predeterminados, los recortes de 256 × 256 píxeles se solapan a la mitad. El formato de metadatos decide qué se escribe: rectángulos, mapas de clases, máscaras o solo imágenes. El diálogo muestra los parámetros que tienen sentido para él.

Los objetos de las etiquetas pueden estar en cualquier sistema de coordenadas. Los puntos y las líneas necesitan un búfer en los formatos que piden áreas. Se respetan los filtros y las ediciones sin guardar de la capa; ninguna capa se modifica nunca.

Cada parámetro se explica al detener el ratón sobre él.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Field with the class</source>
      <translation>Campo con la clase</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Whole numbers are class values; texts are class names, numbered in sorted order. Left empty: a field called value, classvalue or class value is used; without one, all features are of one class. Class names and colours come from the fields classname, RED, GREEN and BLUE. Has no meaning for a classified raster.</source>
      <translation>Los números enteros son valores de clase; los textos son nombres de clase, numerados por orden alfabético. Vacío: se usa un campo llamado value, classvalue o class value; sin él, todos los objetos son de una sola clase. Los nombres y colores de las clases vienen de los campos classname, RED, GREEN y BLUE. Sin significado para un ráster clasificado.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Buffer around label features</source>
      <translation>Búfer alrededor de los objetos de etiqueta</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>In the unit of the label layer. Makes circles of points. Labels in degrees cannot be buffered: reproject them first.</source>
      <translation>En la unidad de la capa de etiquetas. Hace círculos de los puntos. A las etiquetas en grados no se les puede aplicar un búfer: reproyéctelas antes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Mask polygons</source>
      <translation>Polígonos de máscara</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Only chips that lie completely within these polygons are made.</source>
      <translation>Solo se hacen recortes que quedan por completo dentro de estos polígonos.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Rotation angle in degrees</source>
      <translation>Ángulo de rotación en grados</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Adds chips that are turned by this angle, by twice the angle and so on, up to 360 degrees, about their middle. They are read from the image, so that there are no black corners; those that leave the image are not made. 0: none.</source>
      <translation>Añade recortes girados este ángulo, el doble y así hasta 360 grados, alrededor de su centro. Se leen de la imagen, de modo que no hay esquinas negras; los que salen de la imagen no se hacen. 0: ninguno.</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Reference system</source>
      <translation>Sistema de referencia</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>MAP_SPACE: chips are georeferenced. PIXEL_SPACE: chips keep the stored pixels and carry no position, also of images that have none; labels on a map are brought to the pixels, labels of no system are taken for pixels as QGIS shows them (the row is minus y).</source>
      <translation>MAP_SPACE: los recortes están georreferenciados. PIXEL_SPACE: los recortes conservan los píxeles almacenados y no llevan posición, también en imágenes que no la tienen; las etiquetas sobre un mapa se llevan a los píxeles, las que no tienen sistema se toman por píxeles como los muestra QGIS (la fila es menos y).</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Process all images of the collection separately</source>
      <translation>Procesar por separado todas las imágenes de la colección</translation>
    </message>
    <message>
      <location filename="../../algorithms/label_parameters.py"/>
      <source>Each image is cut on its own and may have its own cell size and system; otherwise they are one mosaic. A VRT mosaic alone counts as its images.</source>
      <translation>Cada imagen se corta por sí misma y puede tener su propio tamaño de celda y sistema; si no, forman un mosaico. Un mosaico VRT solo cuenta como sus imágenes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Preview training data chips</source>
      <translation>Previsualizar los recortes de datos de entrenamiento</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>chips,image chips,tiles,patches,grid,footprints,dry run,deep learning,training data</source>
      <translation>recortes,recortes de imagen,teselas,parches,cuadrícula,huellas,simulación,vista previa,aprendizaje profundo,datos de entrenamiento</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Shows where an export would cut chips, and which places it leaves out.</source>
      <translation>Muestra dónde una exportación cortaría recortes y qué lugares descarta.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Takes the parameters of Export training data for deep learning and does the same, but writes no dataset. The result is a polygon layer with every place for a chip: the number that its file would have, its row, column and angle, its split, its labels of each class, its share of no-data, and whether it is kept, or why not.

It always runs on this computer, also if a cluster is given. Pixels are read only if it depends on them which chips are kept; else the share of no-data is 0.</source>
      <translation>Toma los parámetros de «Exportar datos de entrenamiento para aprendizaje profundo» y hace lo mismo, pero no escribe ningún conjunto de datos. El resultado es una capa de polígonos con cada lugar para un recorte: el número que tendría su archivo, su fila, columna y ángulo, su parte de la división, sus etiquetas de cada clase, su parte de NoData, y si se conserva o por qué no.

Se ejecuta siempre en este equipo, aunque se indique un clúster. Los píxeles solo se leen si de ellos depende qué recortes se conservan; si no, la parte de NoData es 0.</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>Number of places</source>
      <translation>Número de lugares</translation>
    </message>
    <message>
      <location filename="../../algorithms/preview_chips.py"/>
      <source>A polygon for every place, in the system of the image.</source>
      <translation>Un polígono por cada lugar, en el sistema de coordenadas de la imagen.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Run an export request</source>
      <translation>Ejecutar una solicitud de exportación</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>chips,tiles,labels,deep learning,training data,rest,json,service,portal,arcgis,image server,raster analysis</source>
      <translation>recortes,teselas,etiquetas,aprendizaje profundo,datos de entrenamiento,rest,json,servicio,portal,arcgis,image server,análisis ráster</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Runs an export that was written down for a raster analysis service.</source>
      <translation>Ejecuta una exportación que se escribió para un servicio de análisis ráster.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Takes the request of the service's task ExportTrainingDataforDeepLearning as text: a JSON object, a query string or the whole URL. It runs here what the service would run, with the parameters of Export training data for deep learning.

Sources may be items of a portal, image, map and feature services, URLs of files, paths, or names of layers of the project. Images that are attached to the features of a service are cut one by one.

The answer has the form in which the service answers of a job. The report of the export and a layer of the footprints of its chips are outputs as well.</source>
      <translation>Toma como texto la solicitud a la tarea ExportTrainingDataforDeepLearning del servicio: un objeto JSON, una cadena de consulta o la URL completa. Ejecuta aquí lo que ejecutaría el servicio, con los parámetros de «Exportar datos de entrenamiento para aprendizaje profundo».

Las fuentes pueden ser elementos de un portal, servicios de imágenes, de mapas y de entidades, direcciones URL de archivos, rutas o nombres de capas del proyecto. Las imágenes adjuntas a las entidades de un servicio se cortan una a una.

La respuesta tiene la forma en que el servicio informa de un trabajo. El informe de la exportación y una capa con las huellas de los recortes son también salidas.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Job as JSON</source>
      <translation>Trabajo como JSON</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Request</source>
      <translation>Solicitud</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>A JSON object, a query string or a URL with all parameters; or the path of a file with such a text.</source>
      <translation>Un objeto JSON, una cadena de consulta o una URL con todos los parámetros; o la ruta de un archivo con un texto así.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Portal</source>
      <translation>Portal</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Where items are looked up that the request names by itemId.</source>
      <translation>Dónde se buscan los elementos que la solicitud nombra con itemId.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Authentication</source>
      <translation>Autenticación</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>For the portal and all services of the request. It is sent to all of them, so use it for requests that you trust.</source>
      <translation>Para el portal y todos los servicios de la solicitud. Se envía a todos ellos; úsela solo con solicitudes en las que confíe.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>In place of the request's own outputLocation, which often is a folder of the service's.</source>
      <translation>En lugar de outputLocation de la propia solicitud, que a menudo es una carpeta del servicio.</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>Answer</source>
      <translation>Respuesta</translation>
    </message>
    <message>
      <location filename="../../algorithms/run_export_request.py"/>
      <source>How the job ended, also when it failed; for programs to read.</source>
      <translation>Cómo terminó el trabajo, también si falló; para que lo lean programas.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Image to cut into chips</source>
      <translation>Imagen que se corta en recortes</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Its pixels are copied as they are stored, not as they are drawn. Layers of services are fetched first; those that are only drawn, such as WMS, have colours, and need a cell size.</source>
      <translation>Sus píxeles se copian como están almacenados, no como se dibujan. Las capas de servicios se descargan primero; las que solo se dibujan, como WMS, tienen colores y necesitan un tamaño de celda.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Further images of the same collection</source>
      <translation>Más imágenes de la misma colección</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Files, layers, folders or tile indexes. They are cut together with the first image: as one mosaic, in which the earlier image covers the later, or each on its own.</source>
      <translation>Archivos, capas, carpetas o índices de teselas. Se cortan junto con la primera imagen: como un mosaico, en el que la imagen anterior cubre la posterior, o cada una por sí misma.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Created when it is missing. A dataset that it already holds is not touched, unless existingOutput says so.</source>
      <translation>Se crea si falta. Un conjunto de datos que ya contenga no se toca, salvo que existingOutput lo diga.</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Labels (features or classified raster)</source>
      <translation>Etiquetas (objetos o ráster clasificado)</translation>
    </message>
    <message>
      <location filename="../../algorithms/source_parameters.py"/>
      <source>Polygons, lines or points that mark the objects, or a raster whose pixels are class values. Any coordinate system. Formats of objects take the pixels of one class that are connected within a chip for an object. All metadata formats need labels, except Export_Tiles and CycleGAN.</source>
      <translation>Polígonos, líneas o puntos que marcan las cosas, o un ráster cuyos píxeles son valores de clase. Cualquier sistema de coordenadas. Los formatos de objetos toman por un objeto los píxeles de una clase conectados dentro de un recorte. Todos los formatos de metadatos necesitan etiquetas, salvo Export_Tiles y CycleGAN.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Image format of the chips</source>
      <translation>Formato de imagen de los recortes</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>TIFF and MRF take any pixels. PNG and JPEG take 1 or 3 bands; PNG 8 or 16 bit, JPEG 8 bit. Label images are always stored without loss.</source>
      <translation>TIFF y MRF admiten cualquier píxel. PNG y JPEG tienen 1 o 3 bandas; PNG 8 o 16 bits, JPEG 8 bits. Las imágenes de etiquetas se guardan siempre sin pérdida.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Chip width in pixels</source>
      <translation>Anchura de los recortes en píxeles</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Counted at the resolution of the chips.</source>
      <translation>Contada a la resolución de los recortes.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Chip height in pixels</source>
      <translation>Altura de los recortes en píxeles</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Step to the right in pixels</source>
      <translation>Paso hacia la derecha en píxeles</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>From one chip to the next. Less than the chip width: chips overlap. More: gaps are left. 0: the same as the chip width.</source>
      <translation>De un recorte al siguiente. Menos que la anchura: los recortes se solapan. Más: quedan huecos. 0: igual que la anchura.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Step downwards in pixels</source>
      <translation>Paso hacia abajo en píxeles</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>From one row of chips to the next. Less than the chip height: chips overlap. More: gaps are left. 0: the same as the chip height.</source>
      <translation>De una fila de recortes a la siguiente. Menos que la altura: los recortes se solapan. Más: quedan huecos. 0: igual que la altura.</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>Metadata format of the labels</source>
      <translation>Formato de metadatos de las etiquetas</translation>
    </message>
    <message>
      <location filename="../../algorithms/tile_parameters.py"/>
      <source>What the training reads. Boxes: PASCAL_VOC_rectangles, KITTI_rectangles, COCO, YOLO, YOLO_OBB. Pixels: Classified_Tiles, RCNN_Masks, Panoptic_Segmentation, YOLO_Segmentation. Whole chips: Labeled_Tiles, MultiLabeled_Tiles, Imagenet. Images only: Export_Tiles, CycleGAN.</source>
      <translation>Lo que lee el entrenamiento. Rectángulos: PASCAL_VOC_rectangles, KITTI_rectangles, COCO, YOLO, YOLO_OBB. Píxeles: Classified_Tiles, RCNN_Masks, Panoptic_Segmentation, YOLO_Segmentation. Recortes enteros: Labeled_Tiles, MultiLabeled_Tiles, Imagenet. Solo imágenes: Export_Tiles, CycleGAN.</translation>
    </message>
  </context>
</TS>
